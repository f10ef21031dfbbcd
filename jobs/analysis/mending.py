"""Mending a division: moving statements to the nearest centre, joining small groups, dropping loose ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jobs.analysis.arrays import Array, Bools, Labels, centres, compact, unit_rows
from jobs.analysis.pins import Holds

FEW = 16  # statements below which views have too little to vote on: average linkage alone, without centring
FLOOR = 0.15  # least cosine to a group's centre
FLOOR_FEW = 0.4  # the same without centring
COHESION = 0.15  # least mean similarity of a group's members to its other members
AGREEMENT = 0.5  # least share of views that put two members together, on average
SMALLEST = 3  # statements that make a group; two where there are few statements


def refined(space: Array, labels: npt.NDArray[np.integer], rounds: int = 10) -> Labels:
    """Move every statement to the nearest centre until nothing moves."""
    current = compact(labels)
    for _round in range(rounds):
        moved = (space @ centres(space, current).T).argmax(axis=1)
        if (moved == current).all():
            break
        current = compact(moved)
    return current


def absorbed(space: Array, labels: Labels) -> Labels:
    """Groups below the smallest size join the nearest centre of a larger one."""
    small = np.bincount(labels)[labels] < SMALLEST
    if small.all() or not small.any():
        return labels
    large = compact(labels[~small])
    result = labels.copy()
    result[~small] = large
    result[small] = (space[small] @ centres(space[~small], large).T).argmax(axis=1)
    return result


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
    """Per statement: cosine to the centre of the group's other members, share of views agreeing with them."""
    same = (labels[:, None] == labels[None, :]) & (labels >= 0)[:, None]
    np.fill_diagonal(same, False)
    others = np.maximum(same.sum(axis=1), 1)
    similarity = (space * unit_rows(same @ space)).sum(axis=1)
    return similarity, (votes * same).sum(axis=1) / others
