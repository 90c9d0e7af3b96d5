"""Who is slipping away, how sure that is, and why."""
