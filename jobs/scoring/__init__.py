"""Arithmetic of prioritisation, by subject: opportunity, intervals, Kano, composite, worth, why; and what may
change with other luck: luck, samples, simulation.

Pure: plain values and arrays in, frozen dataclasses out. Where published sources disagree the docstring says
which reading is used. Missing is never zero: a criterion without data lowers coverage, not the score.
"""

from jobs.scoring.composite import MIN_INTERVIEWS, Composite, EvidenceGate, composite, evidence_gate
from jobs.scoring.forces import Felt, ForceBalance, Forces, Lean, force_balance, forces_over
from jobs.scoring.intervals import (
    Interval,
    adjusted_wald,
    laplace,
    prob_larger,
    seen_at_least_once,
    wilson,
)
from jobs.scoring.kano import ANSWERS, Answer, BetterWorse, KanoClass, better_worse, kano_class
from jobs.scoring.opportunity import Method, Region, opportunity, region, rescale
from jobs.scoring.samples import FirstKnown, Held, Opportunity, Panel, Rated, Sample, Worths
from jobs.scoring.saturation import Saturation, SaturationWindow, saturation
from jobs.scoring.simulation import Drawn, RankedJob, draw, rank
from jobs.scoring.why import Ahead, Why, drivers, whys
from jobs.scoring.worth import Range, Worth

__all__ = [
    "ANSWERS",
    "MIN_INTERVIEWS",
    "Ahead",
    "Answer",
    "BetterWorse",
    "Composite",
    "Drawn",
    "EvidenceGate",
    "Felt",
    "FirstKnown",
    "ForceBalance",
    "Forces",
    "Held",
    "Interval",
    "KanoClass",
    "Lean",
    "Method",
    "Opportunity",
    "Panel",
    "Range",
    "RankedJob",
    "Rated",
    "Region",
    "Sample",
    "Saturation",
    "SaturationWindow",
    "Why",
    "Worth",
    "Worths",
    "adjusted_wald",
    "better_worse",
    "composite",
    "draw",
    "drivers",
    "evidence_gate",
    "force_balance",
    "forces_over",
    "kano_class",
    "laplace",
    "opportunity",
    "prob_larger",
    "rank",
    "region",
    "rescale",
    "saturation",
    "seen_at_least_once",
    "whys",
    "wilson",
]
