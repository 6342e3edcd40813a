"""The pages and charts on which an evaluation is read."""

from vidpred.evaluation.pages.writing import write_report as write_report
