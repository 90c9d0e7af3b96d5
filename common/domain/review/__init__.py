"""What learners keep in memory: flashcards, when each is due, and the log of reviews that says why."""
