"""How a subject says where it holds a learner's data: what an export shows of it, and what an erasure does to it."""
