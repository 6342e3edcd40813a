"""Optical flow, and what it predicts."""
