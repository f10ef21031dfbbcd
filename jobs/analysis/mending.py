"""Mending a division: small groups join the nearest larger one, what does not hold together goes."""

from __future__ import annotations

import numpy as np

from jobs.analysis.arrays import Array, Bools, Labels, centres, unit_rows
from jobs.analysis.constraints import Holds

FEW = 16  # statements below which views have too little to vote on: average linkage alone, without centring
FLOOR = 0.15  # least cosine to a group's centre
FLOOR_FEW = 0.4  # the same without centring
COHESION = 0.15  # least mean similarity of a group's members to its other members
AGREEMENT = 0.4  # least share of votes that put two members together, on average
SMALLEST = 3  # statements that make a group; two where there are few statements


def floor(count: int) -> float:
    return FLOOR if count >= FEW else FLOOR_FEW


def pruned(space: Array, votes: Array, labels: Labels, holds: Holds) -> Labels:
    """Small groups join the nearest larger one if near enough; then what does not hold together goes.

    Statements that people put somewhere stay there.
    """
    smallest, kept = SMALLEST if len(labels) >= FEW else 2, holds.kept
    result = _joined(space, labels, holds, smallest)
    similarity, agreement = fit(space, votes, result)
    result[((similarity < floor(len(labels))) | (agreement < AGREEMENT / 2)) & ~kept] = -1
    similarity, agreement = fit(space, votes, result)
    for label in np.unique(result[result >= 0]):
        inside = result == label
        firm = similarity[inside].mean() >= COHESION and agreement[inside].mean() >= AGREEMENT
        large = inside.sum() >= smallest or kept[inside].any()
        if not (firm and large):
            result[inside & ~kept] = -1
    return result


def _joined(space: Array, labels: Labels, holds: Holds, smallest: int) -> Labels:
    large = _large(labels, holds.kept, smallest)
    result = labels.copy()
    result[~large[labels]] = -1
    targets = np.flatnonzero(large)
    loose = np.flatnonzero(result < 0)
    if not targets.size or not loose.size:
        return result
    near = space[loose] @ centres(space, labels)[targets].T
    for place in np.argsort(-near.max(axis=1), kind="stable"):
        for target in np.argsort(-near[place], kind="stable"):
            if near[place, target] < floor(len(labels)):
                break
            if not holds.forbids(int(loose[place]), np.flatnonzero(result == targets[target])):
                result[loose[place]] = targets[target]
                break
    return result


def _large(labels: Labels, kept: Bools, smallest: int) -> Bools:
    counts, with_kept = np.bincount(labels), np.bincount(labels, weights=kept)
    return np.asarray((counts >= smallest) | (with_kept > 0))


def fit(space: Array, votes: Array, labels: Labels) -> tuple[Array, Array]:
    """Per statement: cosine to the centre of the group's other members, share of votes that agree."""
    inside = np.flatnonzero(labels >= 0)
    similarity, agreement = np.zeros(len(labels)), np.zeros(len(labels))
    if not inside.size:
        return similarity, agreement
    of, rows = labels[inside], np.arange(len(inside))
    member = np.eye(int(of.max()) + 1)[of]
    others = (member.T @ space[inside])[of] - space[inside]
    similarity[inside] = (space[inside] * unit_rows(others)).sum(axis=1)
    among = votes[np.ix_(inside, inside)]
    shares = (among @ member)[rows, of] - np.diag(among)
    agreement[inside] = shares / np.maximum(member.sum(axis=0)[of] - 1, 1)
    return similarity, agreement
