"""Why a job stands where it stands: what its score is made of, and what the next one lacks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.scoring.composite import scaled

Array = npt.NDArray[np.float64]
Points = tuple[tuple[str, float], ...]  # (criterion, points of 100), most first
UNTOLD = 0.05  # points of 100: a smaller part or change is not told


@dataclass(frozen=True)
class Why:
    """`leads`: what adds to the score. `ahead_of`: the next job, and what puts this one before it.
    `falls_to`: the rank it would have without its strongest criterion, where that is a lower one."""

    rank: int
    leads: Points
    ahead_of: str | None
    ahead_by: Points
    without: str | None
    falls_to: int | None


def whys(jobs: Mapping[str, Mapping[str, float | None]], weights: Mapping[str, float]) -> dict[str, Why]:
    """Jobs with their criteria on 0-1, None where unknown; jobs of which nothing is known are left out."""
    counting = {name: weight for name, weight in sorted(scaled(weights).items()) if weight}
    names = list(counting)
    values = np.array(
        [[np.nan if (value := job.get(name)) is None else value for name in names] for job in jobs.values()]
    ).reshape(len(jobs), len(names))
    added = _added(values, np.array(list(counting.values())))
    scores = _scores(added)
    fallen = {name: _ranks(_without(values, counting, name)) for name in names}
    return {
        key: _why(row, list(jobs), names, added, scores, fallen)
        for row, key in enumerate(jobs)
        if not np.isnan(scores[row])
    }


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


def _why(
    row: int,
    keys: list[str],
    names: list[str],
    added: Array,
    scores: Array,
    fallen: dict[str, list[int | None]],
) -> Why:
    rounded = np.round(scores, 9)
    rank = 1 + int((rounded > rounded[row]).sum())
    below = [other for other in range(len(keys)) if rounded[other] < rounded[row]]
    following = min(below, key=lambda other: (-rounded[other], keys[other]), default=None)
    leads = _most(names, added[row])
    name, lower = _furthest(row, rank, [name for name, _ in leads], fallen)
    if following is None:
        return Why(rank, leads, None, (), name, lower)
    ahead_by = _most(names, np.nan_to_num(added[row]) - np.nan_to_num(added[following]))
    return Why(rank, leads, keys[following], ahead_by, name, lower)


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
