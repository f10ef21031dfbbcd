"""Background runs of the jobs app; importing a module registers its kinds."""

from jobs.runs import grouping

__all__ = ["grouping"]
