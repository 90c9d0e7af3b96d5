"""Adapters for one machine that has only Python."""
