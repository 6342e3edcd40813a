"""The report of an evaluation as files: a page, tables and charts."""

from vidpred.evaluation.pages.writing import write_report as write_report
