"""How well questions about the sample documents are answered, with the embedder and by words alone."""
