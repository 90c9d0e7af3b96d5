"""How questions are answered from documents: finding passages, choosing sentences, checking citations, prompts."""
