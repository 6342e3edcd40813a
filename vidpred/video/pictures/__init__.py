"""Reads single pictures: which formats there are, and what is in them."""
