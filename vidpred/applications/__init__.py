"""What people do with a predictor: export it, make films longer, see the present, look before training, raise alarms."""
