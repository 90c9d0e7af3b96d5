"""What learners are asked and how they did: the question bank, quizzes, submissions, and what questions are worth."""
