"""How things move from frame to frame, and where that leads."""
