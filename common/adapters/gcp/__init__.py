"""Adapters for Google Cloud: the only modules that import its clients."""
