"""What people do with a predictor: make films longer, and see the present through a late camera."""
