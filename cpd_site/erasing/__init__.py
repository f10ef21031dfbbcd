"""Erasing a person for good: what goes, which copies of their words there are, and what is left to sweep."""
