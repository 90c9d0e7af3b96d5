"""What learners write for each other: posts with their threads, likes, moderation, and study groups."""
