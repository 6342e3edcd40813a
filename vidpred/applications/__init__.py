"""What people do with a predictor: export it, make films longer, see the present, look at videos, raise alarms."""
