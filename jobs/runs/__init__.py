"""Background runs of the jobs app; importing a module registers its kinds."""

from jobs.runs import cluster_map, grouping, papers, suggesting, surveys, verbatims

__all__ = ["cluster_map", "grouping", "papers", "suggesting", "surveys", "verbatims"]
