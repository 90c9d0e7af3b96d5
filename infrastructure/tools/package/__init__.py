"""One archive a function: what it reaches and needs, and nothing else."""
