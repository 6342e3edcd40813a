"""Scores several runs on videos and images that none of them was trained on."""
