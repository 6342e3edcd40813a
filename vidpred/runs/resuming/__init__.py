"""How a run goes on from its last checkpoint."""
