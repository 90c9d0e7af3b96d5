"""How Scholium is run, deployed and measured."""
