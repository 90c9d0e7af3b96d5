"""Fits the risk of failing to courses of the Open University, and measures it on courses that it has not seen."""
