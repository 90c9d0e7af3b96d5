"""What every function shares: the domain, the ports it speaks through, their adapters, and the triggers."""
