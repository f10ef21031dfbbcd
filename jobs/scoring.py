"""Arithmetic of prioritisation: opportunity, Kano, prevalence, composite, rank simulation.

Pure: plain values in, frozen dataclasses out. Where published sources disagree the docstring says which
reading is used. Missing is never zero: a criterion without data lowers coverage, not the score.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist, fmean
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Method = Literal["mean", "top_two_box"]
Region = Literal["extreme", "low_hanging", "worth_considering", "unattractive"]
Answer = Literal["like", "must_be", "neutral", "live_with", "dislike"]
KanoClass = Literal["A", "O", "M", "I", "R", "Q"]
Lean = Literal["promoting", "even", "blocking"]

PREVALENCE = "prevalence"  # the criterion that JobInput.k and JobInput.n feed


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


# --- Opportunity (C1, C2) -----------------------------------------------------------------------


def opportunity(importance: float, satisfaction: float) -> float:
    """Opp = I + max(I - S, 0) with I and S on 0-10, so 0-20.

    Ulwick's opportunity algorithm as printed by MYLES and INNOVATENOW. A *multiplied* variant that one site
    prints is an error and is not used.
    """
    _within("Importance", importance, 0, 10)
    _within("Satisfaction", satisfaction, 0, 10)
    return importance + max(importance - satisfaction, 0.0)


def rescale(ratings: Sequence[float], method: Method) -> float | None:
    """Ratings 1-5 to 0-10: `mean` is 10(mean-1)/4 (MYLES), `top_two_box` is 10 x the share of 4s and 5s.

    The two differ on the same data, even in the resulting region: store which one was used.
    None where nobody rated.
    """
    if not ratings:
        return None
    for rating in ratings:
        _within("A rating", rating, 1, 5)
    if method == "mean":
        return 10 * (math.fsum(ratings) - len(ratings)) / (4 * len(ratings))
    return 10 * sum(rating >= 4 for rating in ratings) / len(ratings)


def region(score: float) -> Region:
    """Above 15 extreme, 12-15 low-hanging fruit, 10-12 worth considering, below 10 unattractive (MYLES)."""
    if score > 15:
        return "extreme"
    if score >= 12:
        return "low_hanging"
    return "worth_considering" if score >= 10 else "unattractive"


# --- Prevalence with small samples (C3) -----------------------------------------------------------


def wilson(k: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Wilson score interval for k of n; never leaves 0-1 (WILSON)."""
    _count(k, n)
    z = _z(confidence)
    share, spread = k / n, z * z / n
    centre = share + spread / 2
    half = math.sqrt(spread * share * (1 - share) + spread * spread / 4)
    low = 0.0 if k == 0 else (centre - half) / (1 + spread)
    high = 1.0 if k == n else (centre + half) / (1 + spread)
    return Interval(max(low, 0.0), min(high, 1.0))


def adjusted_wald(k: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Wald after adding z^2/2 successes and failures; for small samples (SAURO). Cut off at 0 and 1."""
    _count(k, n)
    z = _z(confidence)
    trials = n + z * z
    share = (k + z * z / 2) / trials
    half = z * math.sqrt(share * (1 - share) / trials)
    return Interval(max(share - half, 0.0), min(share + half, 1.0))


def laplace(k: int, n: int) -> float:
    """Point estimate (k+1)/(n+2) that does not believe in 0 % or 100 % after few interviews (LEWIS-SAURO)."""
    _count(k, n)
    return (k + 1) / (n + 2)


def seen_at_least_once(p: float, n: int) -> float:
    """1 - (1-p)^n: the chance that n interviews meet something that a share p of such people has."""
    _within("A share", p, 0, 1)
    if n < 0:
        raise ValueError("The number of interviews cannot be negative.")
    return 1 - float((1 - p) ** n)


@dataclass(frozen=True)
class SaturationWindow:
    """Interviews first..last (counted from 1) and what they added to the codes of the base."""

    first: int
    last: int
    new: int
    share: float | None


@dataclass(frozen=True)
class Saturation:
    base_codes: int
    windows: tuple[SaturationWindow, ...]
    reached_at: int | None


def saturation(
    new_codes: Sequence[int], *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> Saturation:
    """New codes in a run of interviews over codes in the base, reached at <= threshold (GUEST2020).

    Runs overlap and start after the base. `new_codes` holds the number of codes first met in each
    interview, in interview order. Base 4, run 2, 5 % are this project's defaults.
    """
    if base < 1 or run < 1:
        raise ValueError("Base size and run length must be at least 1.")
    if any(new < 0 for new in new_codes):
        raise ValueError("A number of new codes cannot be negative.")
    base_codes = sum(new_codes[:base])
    windows = tuple(
        _window(new_codes, start, run, base_codes) for start in range(base, len(new_codes) - run + 1)
    )
    reached = (window.last for window in windows if window.share is not None and window.share <= threshold)
    return Saturation(base_codes, windows, next(reached, None))


def _window(new_codes: Sequence[int], start: int, run: int, base_codes: int) -> SaturationWindow:
    new = sum(new_codes[start : start + run])
    return SaturationWindow(start + 1, start + run, new, new / base_codes if base_codes else None)


# --- Co-occurrence of two codes over interviews -----------------------------------------------------


def jaccard(a: Sequence[bool | int], b: Sequence[bool | int]) -> float | None:
    """Interviews with both over interviews with either; None where no interview has either (A2B-COMP)."""
    both, only_a, only_b, _neither = _crosstab(a, b)
    either = both + only_a + only_b
    return both / either if either else None


def phi(a: Sequence[bool | int], b: Sequence[bool | int]) -> float | None:
    """Correlation of two yes/no codes; None below 5 interviews (A2B-COMP) or where one code never varies."""
    both, only_a, only_b, neither = _crosstab(a, b)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if len(a) < 5 or margins == 0:
        return None
    return (both * neither - only_a * only_b) / math.sqrt(margins)


def _crosstab(a: Sequence[bool | int], b: Sequence[bool | int]) -> tuple[int, int, int, int]:
    if len(a) != len(b):
        raise ValueError("Both codes must cover the same interviews.")
    cells = [0, 0, 0, 0]
    for left, right in zip(a, b, strict=True):
        cells[(0 if right else 1) if left else (2 if right else 3)] += 1
    return cells[0], cells[1], cells[2], cells[3]


# --- Kano (C11) and forces (C5) -----------------------------------------------------------------------

ANSWERS: tuple[Answer, ...] = ("like", "must_be", "neutral", "live_with", "dislike")
_KANO_ROWS: Mapping[Answer, tuple[KanoClass, ...]] = {
    "like": ("Q", "A", "A", "A", "O"),
    "must_be": ("R", "I", "I", "I", "M"),
    "neutral": ("R", "I", "I", "I", "M"),
    "live_with": ("R", "I", "I", "I", "M"),
    "dislike": ("R", "R", "R", "R", "Q"),
}


def kano_class(functional: Answer, dysfunctional: Answer) -> KanoClass:
    """The published evaluation table (KANO-T): row = answer if present, column = answer if absent."""
    return _KANO_ROWS[functional][ANSWERS.index(dysfunctional)]


@dataclass(frozen=True)
class BetterWorse:
    better: float
    worse: float


def better_worse(counts: Mapping[KanoClass, int]) -> BetterWorse | None:
    """Better = (A+O)/(A+O+M+I), Worse = -(O+M)/(A+O+M+I) (Timko in Berger 1993, KANO-C).

    Reverse and questionable answers are left out; None where nothing else was answered.
    """
    attractive, one_dimensional, must_be, indifferent = (counts.get(cls, 0) for cls in _COUNTED)
    total = attractive + one_dimensional + must_be + indifferent
    if total == 0:
        return None
    return BetterWorse((attractive + one_dimensional) / total, -(one_dimensional + must_be) / total)


_COUNTED: tuple[KanoClass, ...] = ("A", "O", "M", "I")


@dataclass(frozen=True)
class ForceBalance:
    value: float
    lean: Lean


def force_balance(push: float, pull: float, anxiety: float, habit: float) -> ForceBalance:
    """(push + pull) - (anxiety + habit); a switch needs a positive sum.

    The inequality is Moesta's (FORCES), the arithmetic this project's. Intensities are ordinal: show the
    lean, never the number as a fact.
    """
    value = (push + pull) - (anxiety + habit)
    lean: Lean = "promoting" if value > 0 else "blocking" if value < 0 else "even"
    return ForceBalance(value, lean)


# --- Composite ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Composite:
    """`score` 0-100, None where nothing is known; `contributions` add up to the score."""

    score: float | None
    coverage: float
    contributions: Mapping[str, float] = field(default_factory=dict)


def composite(weights: Mapping[str, float], values: Mapping[str, float | None]) -> Composite:
    """100 x sum(w c) / sum(w) over the criteria that have a value; coverage = sum(w known) / sum(w all).

    Criteria are on 0-1. This project's own formula (method.md 4.1).
    """
    scaled = _scaled(weights)
    known = {
        name: value for name, weight in scaled.items() if weight and (value := values.get(name)) is not None
    }
    for name, value in known.items():
        _within(f"The criterion {name}", value, 0, 1)
    available = math.fsum(scaled[name] for name in known)
    if not known:
        return Composite(None, 0.0)
    contributions = {name: 100 * scaled[name] * value / available for name, value in known.items()}
    coverage = available / math.fsum(scaled.values())
    return Composite(math.fsum(contributions.values()), min(coverage, 1.0), contributions)


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights over the largest, so that weights scaled together give the same result, even tiny ones."""
    for name, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise ValueError(f"The weight of {name} must be a number of at least 0.")
    top = max(weights.values(), default=0.0)
    return (
        {name: weight / top for name, weight in weights.items()} if top > 0 else dict.fromkeys(weights, 0.0)
    )


# --- Which jobs may be ranked at all ------------------------------------------------------------------

MIN_INTERVIEWS = 3


@dataclass(frozen=True)
class EvidenceGate:
    ranked: bool
    reason: str


def evidence_gate(n_interviews: int, grades: Iterable[str]) -> EvidenceGate:
    """Fewer than 3 interviews holding the job, or no grade A or B evidence: shown, but not ranked."""
    if n_interviews < MIN_INTERVIEWS:
        held = "1 interview holds" if n_interviews == 1 else f"{n_interviews} interviews hold"
        return EvidenceGate(False, f"Needs more evidence: {held} this job, {MIN_INTERVIEWS} are needed.")
    if not {"A", "B"} & set(grades):
        return EvidenceGate(False, "Needs more evidence: nothing observed (A) or recalled in detail (B) yet.")
    return EvidenceGate(True, "")


# --- Simulation ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ratings:
    """Judgements on one scale, one a person or interview; bootstrapped. `low`-`high` becomes 0-1."""

    values: tuple[float, ...]
    low: float
    high: float


@dataclass(frozen=True)
class OpportunityRatings:
    """Importance and satisfaction, rated 1-5. Equally long means paired by respondent: resampled together."""

    importance: tuple[float, ...]
    satisfaction: tuple[float, ...]
    method: Method


@dataclass(frozen=True)
class Range:
    """A declared range for a business input, drawn evenly; `scale_low`-`scale_high` becomes 0-1."""

    low: float
    high: float
    scale_low: float
    scale_high: float


Sample = Ratings | OpportunityRatings | Range


@dataclass(frozen=True)
class JobInput:
    """k of n interviews hold the job (n = 0: prevalence unknown); one sample for each further criterion."""

    key: str
    k: int
    n: int
    samples: Mapping[str, Sample] = field(default_factory=dict)


@dataclass(frozen=True)
class RankedJob:
    """`rank` by the point estimate; the interval holds 90 % of simulated ranks. None: nothing known.

    Jobs with one `tie_group` (the rank of its first job) are not told apart by the evidence.
    """

    key: str
    composite: Composite
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_top3: float | None
    tie_group: int | None


TIED_BELOW = 0.8  # P(first of the group scores higher) under which a job counts as tied with it


def prob_larger(k1: int, n1: int, k2: int, n2: int, *, draws: int = 40_000, seed: int = 0) -> float:
    """P(first prevalence > second) with Beta(k + 1/2, n - k + 1/2) each (Jeffreys), by simulation."""
    _count(k1, n1)
    _count(k2, n2)
    rng = np.random.default_rng(seed)
    first, second = rng.beta(k1 + 0.5, n1 - k1 + 0.5, draws), rng.beta(k2 + 0.5, n2 - k2 + 0.5, draws)
    return float(np.mean(first > second))


def point_values(job: JobInput) -> dict[str, float | None]:
    """Each criterion of one job on 0-1, as `composite` takes it. Prevalence is the Laplace estimate."""
    values: dict[str, float | None] = {PREVALENCE: laplace(job.k, job.n) if job.n else None}
    return values | {name: _point(sample) for name, sample in job.samples.items()}


def simulate_ranks(
    jobs: Sequence[JobInput], weights: Mapping[str, float], *, draws: int = 2000, seed: int = 0
) -> tuple[RankedJob, ...]:
    """Rank by composite, then again in every draw: prevalence from Beta(k + 1/2, n - k + 1/2), ratings and
    intensities bootstrapped, ranges drawn evenly (method.md 4.2, point 6).

    The random numbers of a job depend on seed, job and criterion only: the order of the input, other jobs
    and other weights change nothing about them. The answer comes in rank order, unknown jobs last.
    """
    ordered = sorted(jobs, key=lambda job: job.key)
    if len({job.key for job in ordered}) != len(ordered):
        raise ValueError("Every job needs a key of its own.")
    if draws < 1:
        raise ValueError("At least one draw is needed.")
    points = [composite(weights, point_values(job)) for job in ordered]
    known = [index for index, point in enumerate(points) if point.score is not None]
    scores = _simulated_scores([ordered[index] for index in known], weights, draws, seed)
    ranked = _ranked([(ordered[index].key, points[index]) for index in known], scores)
    unknown = (
        RankedJob(job.key, point, None, None, None, None, None)
        for job, point in zip(ordered, points, strict=True)
        if point.score is None
    )
    return (*ranked, *unknown)


def _ranked(jobs: Sequence[tuple[str, Composite]], scores: Array) -> list[RankedJob]:
    if not jobs:
        return []
    point_ranks = _ranks(np.array([[point.score for _key, point in jobs]], dtype=np.float64))[0]
    simulated = _ranks(scores)
    low, high = np.quantile(simulated, [0.05, 0.95], axis=0, method="inverted_cdf")
    top3 = (simulated <= 3).mean(axis=0)
    order = sorted(range(len(jobs)), key=lambda index: (point_ranks[index], jobs[index][0]))
    groups = _tie_groups(order, point_ranks, scores)
    return [
        RankedJob(
            key=jobs[index][0],
            composite=jobs[index][1],
            rank=int(point_ranks[index]),
            rank_low=min(int(low[index]), int(point_ranks[index])),
            rank_high=max(int(high[index]), int(point_ranks[index])),
            p_top3=float(top3[index]),
            tie_group=groups[index],
        )
        for index in order
    ]


def _ranks(scores: Array) -> npt.NDArray[np.int64]:
    """1 = highest in each row; equal scores share the better rank. Rounded: sums differ in the last bit."""
    rounded = np.round(scores, 9)
    order = np.argsort(-rounded, axis=1, kind="stable")
    falling = np.take_along_axis(rounded, order, axis=1)
    places = np.arange(1, scores.shape[1] + 1)
    begins = np.ones(scores.shape, dtype=bool)
    begins[:, 1:] = falling[:, 1:] < falling[:, :-1]
    ranks = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(np.where(begins, places, 0), axis=1), axis=1)
    return ranks


def _tie_groups(order: Sequence[int], ranks: npt.NDArray[np.int64], scores: Array) -> dict[int, int]:
    groups: dict[int, int] = {}
    leader = order[0]
    for index in order:
        if np.mean(scores[:, leader] > scores[:, index]) >= TIED_BELOW:
            leader = index
        groups[index] = int(ranks[leader])
    return groups


def _simulated_scores(jobs: Sequence[JobInput], weights: Mapping[str, float], draws: int, seed: int) -> Array:
    """draws x jobs composite scores; a criterion that a job lacks is left out of that job's average."""
    total = np.zeros((len(jobs), draws))
    available = np.zeros((len(jobs), 1))
    for name, weight in sorted(_scaled(weights).items()):
        if not weight:
            continue
        for row, job in enumerate(jobs):
            drawn = _draw(job, name, draws, seed)
            if drawn is not None:
                total[row] += weight * drawn
                available[row] += weight
    return np.ascontiguousarray((100 * total / available).T)


def _draw(job: JobInput, name: str, draws: int, seed: int) -> Array | None:
    rng = np.random.default_rng([seed, *_digest(job.key), *_digest(name)])
    if name == PREVALENCE:
        return rng.permutation(_beta_quantiles(job.k, job.n, draws)) if job.n else None
    sample = job.samples.get(name)
    if sample is None or _point(sample) is None:
        return None
    if isinstance(sample, Range):
        span = sample.scale_high - sample.scale_low
        return (rng.uniform(sample.low, sample.high, draws) - sample.scale_low) / span
    if isinstance(sample, Ratings):
        means = _bootstrap(np.array(sample.values, dtype=np.float64)[:, None], draws, rng)[:, 0]
        return np.asarray(np.clip((means - sample.low) / (sample.high - sample.low), 0, 1))
    return _draw_opportunity(sample, draws, rng)


def _draw_opportunity(sample: OpportunityRatings, draws: int, rng: np.random.Generator) -> Array:
    importance, satisfaction = (
        _tens(sample.importance, sample.method),
        _tens(sample.satisfaction, sample.method),
    )
    if len(importance) == len(satisfaction):
        both = _bootstrap(np.column_stack([importance, satisfaction]), draws, rng)
    else:
        parts = [_bootstrap(part[:, None], draws, rng) for part in (importance, satisfaction)]
        both = np.hstack(parts)
    return np.asarray((both[:, 0] + np.maximum(both[:, 0] - both[:, 1], 0)) / 20)


def _tens(ratings: tuple[float, ...], method: Method) -> Array:
    values = np.array(ratings, dtype=np.float64)
    return 10 * (values - 1) / 4 if method == "mean" else np.where(values >= 4, 10.0, 0.0)


GRID = 8192  # steps of the angle in which a Beta density is summed
MANY = 40  # rows above which the mean of a resample is drawn from its normal limit


def _bootstrap(rows: Array, draws: int, rng: np.random.Generator) -> Array:
    """Means of `draws` resamples of the rows, draws x columns; the order of the rows does not matter."""
    size, columns = rows.shape
    ordered = rows[np.lexsort(rows.T)]
    if size > MANY:
        return _normal_bootstrap(ordered, draws, rng)
    picked = rng.integers(0, size, size=(size, draws), dtype=np.uint8)
    return np.column_stack([ordered[:, column][picked].mean(axis=0) for column in range(columns)])


def _normal_bootstrap(rows: Array, draws: int, rng: np.random.Generator) -> Array:
    """The bootstrap mean of many rows is close to normal with covariance cov(rows)/n; drawn from that."""
    spread = np.atleast_2d(np.cov(rows, rowvar=False, ddof=0)) / len(rows)
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.maximum(values, 0))
    means = rows.mean(axis=0) + rng.standard_normal((draws, rows.shape[1])) @ root.T
    return np.asarray(np.clip(means, rows.min(axis=0), rows.max(axis=0)))


@lru_cache(maxsize=512)
def _beta_quantiles(k: int, n: int, draws: int) -> Array:
    """An even sample of Beta(k + 1/2, n - k + 1/2). Shuffled per job, so that a job held by one interview
    more never draws lower than before.

    With x = sin^2(t) the density becomes sin(t)^2k cos(t)^2(n-k), smooth up to both ends: summed on a grid.
    """
    angles = (np.arange(GRID) + 0.5) * (np.pi / 2 / GRID)
    logs = 2 * k * np.log(np.sin(angles)) + 2 * (n - k) * np.log(np.cos(angles))
    below = np.cumsum(np.exp(logs - logs.max()))
    edges = np.linspace(0, np.pi / 2, GRID + 1)
    levels = (np.arange(draws) + 0.5) / draws
    quantiles = np.sin(np.interp(levels, np.concatenate([[0], below / below[-1]]), edges)) ** 2
    quantiles.setflags(write=False)
    return quantiles


def _point(sample: Sample) -> float | None:
    if isinstance(sample, Range):
        return _point_of_range(sample)
    if isinstance(sample, Ratings):
        return _point_of_ratings(sample)
    importance = rescale(sample.importance, sample.method)
    satisfaction = rescale(sample.satisfaction, sample.method)
    return None if importance is None or satisfaction is None else opportunity(importance, satisfaction) / 20


def _point_of_range(sample: Range) -> float:
    if sample.high < sample.low or sample.scale_high <= sample.scale_low:
        raise ValueError("A range must run from its lower to its higher end.")
    _within("A range", sample.low, sample.scale_low, sample.scale_high)
    _within("A range", sample.high, sample.scale_low, sample.scale_high)
    return ((sample.low + sample.high) / 2 - sample.scale_low) / (sample.scale_high - sample.scale_low)


def _point_of_ratings(sample: Ratings) -> float | None:
    if not sample.values:
        return None
    if sample.high <= sample.low:
        raise ValueError("A scale must run from its lower to its higher end.")
    for value in sample.values:
        _within("A rating", value, sample.low, sample.high)
    return min(max((fmean(sample.values) - sample.low) / (sample.high - sample.low), 0.0), 1.0)


# --- Checks -------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _digest(text: str) -> tuple[int, int]:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("Confidence must lie between 0 and 1.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _count(k: int, n: int) -> None:
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a share of interviews.")


def _within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also catches NaN
        raise ValueError(f"{what} must lie between {low:g} and {high:g}, not {value:g}.")
