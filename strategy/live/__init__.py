"""The shared canvas while people edit it: the log, rooms of open pages, the projection into rows.

docs/live.md draws the way of one edit through these modules.
"""
