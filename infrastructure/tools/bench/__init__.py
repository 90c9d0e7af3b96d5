"""`make bench`: what the local server, the functions and the database cost, measured on this machine."""
