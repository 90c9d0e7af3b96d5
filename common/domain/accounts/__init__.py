"""Who uses Scholium: accounts and their roles, sessions and tokens, API keys, and what was done with them."""
