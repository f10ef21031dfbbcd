"""Charts of jobs: pure functions from what was found to a figure, its words and its table."""

from jobs.charts.cluster_map import cluster_map
from jobs.charts.forces import forces
from jobs.charts.parts import Chart
from jobs.charts.planes import NO_JOBS, kano, landscape
from jobs.charts.prevalence import prevalence
from jobs.charts.ranking import contributions, in_words, rank_intervals
from jobs.charts.saturation import saturation

__all__ = [
    "NO_JOBS",
    "Chart",
    "cluster_map",
    "contributions",
    "forces",
    "in_words",
    "kano",
    "landscape",
    "prevalence",
    "rank_intervals",
    "saturation",
]
