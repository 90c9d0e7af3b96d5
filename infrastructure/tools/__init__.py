"""Commands over what the functions declare: `python -m infrastructure.tools NAME`."""
