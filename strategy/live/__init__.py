"""The shared canvas while people edit it: its log, the rooms of open pages, and when rows of cards follow.

docs/live.md draws the way of one edit through these modules.
"""
