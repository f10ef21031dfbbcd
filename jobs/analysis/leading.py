"""What a statement that people keep apart says about its neighbours."""

from __future__ import annotations

import numpy as np

from jobs.analysis.arrays import Array, Labels
from jobs.analysis.constraints import Holds
from jobs.analysis.similarity import in_company

FEWEST = 2  # who follow; a single one may have come near by chance
MOST = 0.6  # of a group; were it more, the group would be the one to leave


def led(similarity: Array, labels: Labels, holds: Holds) -> Labels:
    """Moves neighbours of a statement that people keep apart from its group.

    Such a statement shows that the group holds two subjects. Where it fits no other group it forms one, and
    the members that are nearer to it than to the statements it is kept apart from come along. Only those move
    that nobody decided on.
    """
    leads, follows = holds.parted & ~holds.kept, ~holds.parted & ~holds.kept
    alone = [label for label in np.unique(labels[leads]) if leads[labels == label].all()]
    result, near = labels.copy(), in_company(similarity) if alone else similarity
    for label in alone:
        leaders = np.flatnonzero(labels == label)
        opposed = np.asarray(holds.apart[holds.block[leaders]].any(axis=0))[holds.block]
        for left in np.unique(labels[opposed]):
            inside = result == left
            inner = near[:, inside & opposed].max(axis=1, initial=-np.inf)
            with_them = inside & follows & (near[:, leaders].max(axis=1) > inner)
            if FEWEST <= with_them.sum() <= MOST * inside.sum():
                result[with_them] = label
    return result
