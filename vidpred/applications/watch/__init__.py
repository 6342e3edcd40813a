"""Alarms where a video shows what normal videos did not."""
