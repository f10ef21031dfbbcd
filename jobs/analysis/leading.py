"""What a statement that people keep apart says about its neighbours."""

from __future__ import annotations

import numpy as np

from jobs.analysis.arrays import Array, Bools, Labels
from jobs.analysis.constraints import Holds

FEWEST = 2  # who follow; a single one may have come near by chance
MOST = 0.6  # of a group; were it more, the group would be the one to leave
SMALL = 0.5  # of the group that is left: a larger one has found its members by itself
HAIR = 1e-9  # nearness that differs by less is the same


def led(similarity: Array, votes: Array, labels: Labels, holds: Holds) -> Labels:
    """Moves neighbours of a statement that people keep apart from its group.

    Such a statement shows that the group holds two subjects. Where it is alone, or in a group that is small
    beside the one it is kept apart from, members that are nearer to its side come along: nearness is the mean
    of similarity and of the share of `votes` that put two together. Only those move that nobody decided on.
    """
    leads, result, near = holds.parted & ~holds.kept, labels.copy(), (similarity + votes) / 2
    for label in np.unique(labels[leads]):
        side = labels == label
        opposed = np.asarray(holds.apart[holds.block[side & leads]].any(axis=0))[holds.block]
        for left in np.unique(labels[opposed]):
            inside = result == left
            if leads[side].all() or side.sum() <= SMALL * inside.sum():
                result[_followers(near, side, inside, opposed, holds)] = label
    return result


def _followers(near: Array, side: Bools, inside: Bools, opposed: Bools, holds: Holds) -> Bools:
    """Who of the group `inside` goes over to `side`; nobody where these are too few, or too many."""
    inner = near[:, inside & opposed].max(axis=1, initial=-np.inf)
    nearer: Bools = inside & (near[:, side].max(axis=1) > inner + HAIR) & ~holds.parted & ~holds.kept
    return nearer if FEWEST <= nearer.sum() <= MOST * inside.sum() else np.zeros_like(nearer)
