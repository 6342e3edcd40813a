"""Lets ``python -m vidpred`` do what ``vidpred`` does."""

from vidpred.cli import main

main()
