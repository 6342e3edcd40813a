"""What people do with a predictor: export it."""
