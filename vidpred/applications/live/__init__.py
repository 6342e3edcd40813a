"""The present of live video, predicted from the pictures that are there already, which are late."""
