"""Background runs of the jobs app; importing a module registers its kinds."""

from jobs.runs import grouping, papers, suggesting, surveys, verbatims

__all__ = ["grouping", "papers", "suggesting", "surveys", "verbatims"]
