"""How far a count of few interviews can be trusted (C3; method.md 4.2, points 2, 3 and 6). Pure.

k of n: k interviews of n hold the job. Whatever is no such share raises ValueError.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from jobs.scoring.checks import count, within

Z = NormalDist().inv_cdf(0.975)  # of a 95 % interval with two sides


@dataclass(frozen=True)
class Interval:
    """Both ends belong to it."""

    low: float
    high: float


def wilson(k: int, n: int) -> Interval:
    """Wilson score interval, 95 %, for k of n; never leaves 0-1 (WILSON)."""
    count(k, n)
    share, spread = k / n, Z * Z / n
    centre = share + spread / 2
    half = math.sqrt(spread * share * (1 - share) + spread * spread / 4)
    low = 0.0 if k == 0 else (centre - half) / (1 + spread)
    high = 1.0 if k == n else (centre + half) / (1 + spread)
    return Interval(max(low, 0.0), min(high, 1.0))


def adjusted_wald(k: int, n: int) -> Interval:
    """Wald, 95 %, after adding z^2/2 successes and failures; for small samples (SAURO). Cut off at 0 and
    1."""
    count(k, n)
    trials = n + Z * Z
    share = (k + Z * Z / 2) / trials
    half = Z * math.sqrt(share * (1 - share) / trials)
    return Interval(max(share - half, 0.0), min(share + half, 1.0))


def laplace(k: int, n: int) -> float:
    """Point estimate (k+1)/(n+2) that does not believe in 0 % or 100 % after few interviews (LEWIS-SAURO)."""
    count(k, n)
    return (k + 1) / (n + 2)


def seen_at_least_once(p: float, n: int) -> float:
    """1 - (1-p)^n: the chance that n interviews meet something that a share p of such people has (method.md
    4.2, point 3). Raises ValueError for a share outside 0-1 and for a negative n."""
    within("A share", p, 0, 1)
    if n < 0:
        raise ValueError("The number of interviews cannot be negative.")
    return 1 - float((1 - p) ** n)


def prob_larger(k1: int, n1: int, k2: int, n2: int, *, draws: int = 40_000, seed: int = 0) -> float:
    """P(first prevalence > second) with Beta(k + 1/2, n - k + 1/2) each (Jeffreys), by simulation."""
    count(k1, n1)
    count(k2, n2)
    rng = np.random.default_rng(seed)
    first, second = rng.beta(k1 + 0.5, n1 - k1 + 0.5, draws), rng.beta(k2 + 0.5, n2 - k2 + 0.5, draws)
    return float(np.mean(first > second))
