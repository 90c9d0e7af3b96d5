"""What becomes of what is known of a learner: exported, kept for a time, counted without names, erased."""
