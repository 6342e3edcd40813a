"""Predicting far ahead, in large frames, and many futures at once."""
