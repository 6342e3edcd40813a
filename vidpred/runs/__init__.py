"""What is done with whole runs: comparing them on videos and images that none of them was trained on."""
