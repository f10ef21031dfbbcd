"""Groups of job statements: read, divided by the vote of several views, certified, named.

The same statements give the same groups, whatever their order and their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from jobs.analysis.arrays import Array, Labels
from jobs.analysis.certainty import Redo, certified, resamples_for
from jobs.analysis.constraints import Holds, Pair, free, holds, pinned
from jobs.analysis.embed import Encoder, Vectors
from jobs.analysis.mending import FEW
from jobs.analysis.pair import parts, space_of
from jobs.analysis.reading import checked, encoded, versions
from jobs.analysis.results import Grouping, Statement
from jobs.analysis.similarity import nearness
from jobs.analysis.telling import told
from jobs.analysis.vote import FEWER_GRAPHS, Division, bears_views, divided, parted_by_views, parted_few
from studies.progress import Reporter, silent, stage


def cluster_statements(
    items: Sequence[Statement],
    *,
    encoder: Encoder,
    seed: int = 0,
    report: Reporter = silent,
    fixed: Mapping[str, str] | None = None,
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
    resamples: int = 100,
) -> Grouping:
    """Group statements; `fixed` (statement key to accepted group) is kept as people decided it, and so are
    pairs of keys that belong `together` and pairs that stay `apart`.

    `resamples` of interviews tell how sure the groups are; 0 leaves that out. `report` is called between the
    stages with a fraction and a sentence, and may raise to cancel.
    ValueError for doubled keys and for more than 4,000 statements; Contradiction, a ValueError that names two
    statements, for decisions that cannot all be kept.
    """
    ordered, accepted = checked(items), fixed or {}
    every = holds(ordered, accepted, together, apart)
    report(0.0, f"Reading {len(ordered)} statements")
    vectors = encoded(ordered, encoder)
    readable = np.flatnonzero(vectors.any(axis=1) | every.kept)
    kept, decided = [ordered[index] for index in readable], every.of(readable)
    report(0.3, "Comparing statements")
    with threadpool_limits(1):
        meaning, english = parts(encoder, vectors[readable])
        division, redo = _division(meaning, english, kept, decided, stage(report, 0.3, 0.6))
        wanted, later = resamples_for(len(kept), resamples), stage(report, 0.6, 0.95)
        sure = certified(division.labels, kept, decided.kept, redo, resamples=wanted, seed=seed, report=later)
    report(0.95, "Naming groups")
    groups = told(division, kept, accepted, pinned({}, together), sure)
    report(1.0, f"{len(groups)} groups" if groups else "No clear groups")
    grouped = {member.key for group in groups for member in group.members}
    outliers = tuple(sorted(item.key for item in ordered if item.key not in grouped))
    return Grouping(groups, outliers, encoder.name, versions(encoder))


def _division(
    meaning: Vectors, english: Vectors, items: Sequence[Statement], decided: Holds, report: Reporter
) -> tuple[Division, Redo]:
    """Groups, and how to find them again among some of the statements (see certainty.py)."""
    if not bears_views(meaning):
        return _few(meaning, decided)
    texts = [item.text for item in items]
    space, near = space_of(meaning, english, texts), nearness(meaning, english, texts)
    similarity = near.similarity()
    division = divided(space, similarity, parted_by_views(similarity, report=report), decided)

    def redo(inside: Labels) -> tuple[Labels, Labels]:
        if len(inside) < FEW:  # a draw from a small study is grouped as if these were all there are
            return _few_again(meaning[inside].astype(np.float64), decided.of(inside))
        some = near.of(inside).similarity()
        return _twice(space[inside], some, parted_by_views(some, FEWER_GRAPHS), decided.of(inside))

    return division, redo


def _twice(space: Array, similarity: Array, parted: Array, decided: Holds) -> tuple[Labels, Labels]:
    """Groups under what people decided, and as if nobody had."""
    bound = divided(space, similarity, parted, decided).labels
    if not decided.any:
        return bound, bound
    return bound, divided(space, similarity, parted, free(len(space))).labels


def _few(vectors: Vectors, decided: Holds) -> tuple[Division, Redo]:
    """Groups of a few statements, or of equal ones. They are not centred: nothing would be left of equal
    ones."""
    space = vectors.astype(np.float64)
    parted = parted_few(space)

    def redo(inside: Labels) -> tuple[Labels, Labels]:
        return _few_again(space[inside], decided.of(inside))

    return divided(space, space @ space.T, parted, decided), redo


def _few_again(space: Array, decided: Holds) -> tuple[Labels, Labels]:
    return _twice(space, space @ space.T, parted_few(space), decided)
