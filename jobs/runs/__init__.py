"""Background runs of the jobs app; importing a module registers its kinds."""

from jobs.runs import grouping, papers, surveys

__all__ = ["grouping", "papers", "surveys"]
