"""Surveys apart from their rows: a table of answers, the arithmetic of answers, the words of the sheet."""
