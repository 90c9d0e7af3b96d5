"""What learners do, how far they have come, and what they know: activity, streaks, concepts, mastery, study plans."""
