"""Courses: what is taught and by whom, who is enrolled, and what that lets them do."""
