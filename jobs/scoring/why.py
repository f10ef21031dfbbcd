"""Why a job stands where it stands: what its score is made of, and what the next one lacks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.scoring.composite import scaled

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Points = tuple[tuple[str, float], ...]  # (criterion, points of 100), most first
UNTOLD = 0.05  # points of 100: a smaller part or change is not told


@dataclass(frozen=True)
class Ahead:
    """The next job `of` a ranking, and what puts another one before it: `by` holds where that one is the
    stronger, `apart` how many points part them in all. Both count only what is known of both jobs: the
    points of a criterion that is known of one would tell how much is known, not which job is stronger."""

    of: str
    by: Points
    apart: float
    only_here: tuple[str, ...]  # criteria that are known of this job and not of the next
    only_there: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """`leads`: what adds to the score. `falls_to`: the rank it would have without its strongest criterion,
    where that is a lower one."""

    rank: int
    leads: Points
    ahead: Ahead | None
    without: str | None
    falls_to: int | None


def whys(jobs: Mapping[str, Mapping[str, float | None]], weights: Mapping[str, float]) -> dict[str, Why]:
    """Jobs with their criteria on 0-1, None where unknown; jobs of which nothing is known are left out."""
    keys = list(jobs)
    counting = {name: weight for name, weight in sorted(scaled(weights).items()) if weight}
    names = list(counting)
    values = np.array(
        [[np.nan if (value := job.get(name)) is None else value for name in names] for job in jobs.values()]
    ).reshape(len(jobs), len(names))
    added = _added(values, np.array(list(counting.values())))
    scores = np.round(_scores(added), 9)
    fallen = {name: _ranks(_without(values, counting, name)) for name in names}
    found: dict[str, Why] = {}
    for row in np.flatnonzero(~np.isnan(scores)).tolist():
        rank = 1 + int((scores > scores[row]).sum())
        leads = _most(names, added[row])
        following = _following(keys, scores, row)
        ahead = None if following is None else _ahead(keys[following], values[[row, following]], counting)
        lost = _furthest(row, rank, [name for name, _ in leads], fallen)
        found[keys[row]] = Why(rank, leads, ahead, *lost)
    return found


def _added(values: Array, weights: Array) -> Array:
    """Points of 100 that each criterion adds to each job."""
    known = ~np.isnan(values)
    available = (known * weights).sum(axis=1, keepdims=True)
    return np.where(known, 100 * weights * values / np.where(available > 0, available, 1), np.nan)


def _without(values: Array, weights: Mapping[str, float], name: str) -> Array:
    """The scores, were this criterion not counted."""
    column = list(weights).index(name)
    rest = np.delete(values, column, axis=1)
    return _scores(_added(rest, np.delete(np.array(list(weights.values())), column)))


def _scores(added: Array) -> Array:
    """NaN where nothing is known of a job."""
    return np.where(np.isnan(added).all(axis=1), np.nan, np.nansum(added, axis=1))


def _ranks(scores: Array) -> list[int | None]:
    """1 = highest, equal scores share; None where there is no score."""
    rounded = np.round(scores, 9)
    return [None if np.isnan(score) else 1 + int((rounded > score).sum()) for score in rounded]


def _following(keys: list[str], scores: Array, row: int) -> int | None:
    """The next lower job; None for the last."""
    below = np.flatnonzero(scores < scores[row]).tolist()
    return min(below, key=lambda other: (-scores[other], keys[other]), default=None)


def _ahead(of: str, pair: Array, weights: Mapping[str, float]) -> Ahead:
    """`pair`: the values of a job and of the next one."""
    names = list(weights)
    here, there = ~np.isnan(pair)
    both = np.where(here & there, np.array(list(weights.values())), 0)
    own, other = np.nan_to_num(pair)
    gaps = 100 * both * (own - other) / (both.sum() or 1)
    only_here, only_there = _chosen(names, here & ~there), _chosen(names, there & ~here)
    return Ahead(of, _most(names, gaps), float(gaps.sum()), only_here, only_there)


def _chosen(names: list[str], chosen: Bools) -> tuple[str, ...]:
    return tuple(name for name, is_it in zip(names, chosen, strict=True) if is_it)


def _most(names: list[str], points: Array) -> Points:
    """Those that add anything."""
    return tuple((name, point) for name, point in _largest(names, points) if point > 0)


def _furthest(
    row: int, rank: int, names: list[str], fallen: Mapping[str, list[int | None]]
) -> tuple[str | None, int | None]:
    """The criterion without which the job falls furthest; None where it keeps its rank or has none left."""
    lower = [(place, name) for name in names if (place := fallen[name][row]) is not None and place > rank]
    if not lower:
        return None, None
    place, name = max(lower, key=lambda pair: (pair[0], -names.index(pair[1])))
    return name, place


def drivers(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> dict[str, Points]:
    """Job -> what changed for it more than for the other jobs, in points by criterion, largest change first.

    `before` and `after` hold the contributions of each job; a change that all jobs share moves nobody."""
    shared = [key for key in after if key in before]
    names = sorted({name for side in (before, after) for key in shared for name in side[key]})
    change = np.array(
        [[after[key].get(name, 0.0) - before[key].get(name, 0.0) for name in names] for key in shared]
    ).reshape(len(shared), len(names))
    own = change - change.mean(axis=0) if shared else change
    return {key: _largest(names, own[row]) for row, key in enumerate(shared)}


def _largest(names: list[str], changes: Array) -> Points:
    told = zip(names, changes, strict=True)
    found = [(name, float(change)) for name, change in told if abs(change) > UNTOLD]
    return tuple(sorted(found, key=lambda pair: (-abs(pair[1]), pair[0])))
