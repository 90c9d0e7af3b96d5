"""What learners, teachers and admins see at a glance: numbers that a schedule counts, and what is read when asked."""
