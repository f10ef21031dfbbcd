"""The shared canvas while people edit it: the log, rooms of open pages, the projection into rows."""
