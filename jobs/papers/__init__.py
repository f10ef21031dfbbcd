"""The board paper: what it says (`content`), and how it is written as PDF, slides and workbook. Pure."""
