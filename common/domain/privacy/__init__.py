"""What learners may ask of their own data: to have it, and to have it forgotten."""
