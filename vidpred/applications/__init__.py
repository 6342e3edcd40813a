"""What people do with a predictor: look at videos before training, and raise alarms."""
