"""What people do with a predictor: export it, make films longer, and see the present through a late camera."""
