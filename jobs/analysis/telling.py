"""Groups as they are told: their members in numbers, the medoid's words, the phrases that set them apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from jobs.analysis.arrays import Array, Labels, centres, compact
from jobs.analysis.certainty import Certainty
from jobs.analysis.mending import fit
from jobs.analysis.name import medoid, suggested_name
from jobs.analysis.results import Group, Member, Statement, rounded
from jobs.analysis.vote import Division
from jobs.phrases import distinguishing


def told(
    division: Division,
    items: Sequence[Statement],
    fixed: Mapping[str, str],
    tied: Collection[str],
    sure: Certainty,
) -> tuple[Group, ...]:
    """Largest first. `tied`: keys of statements that a pin holds where they are; none of them is in doubt for
    leaving where the pin is left out."""
    labels = division.labels
    found = np.unique(labels[labels >= 0])
    if not found.size:
        return ()
    members = [np.flatnonzero(labels == label).tolist() for label in found]
    phrases = distinguishing([[items[index].text for index in inside] for inside in members])
    rows = _members(division, items, tied, sure)
    groups = [
        _group(
            label, [rows[index] for index in inside], [items[index] for index in inside], said, fixed, sure
        )
        for label, inside, said in zip(found.tolist(), members, phrases, strict=True)
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.medoid)))


def _members(
    division: Division, items: Sequence[Statement], tied: Collection[str], sure: Certainty
) -> list[Member]:
    similarity, agreement = fit(division.space, division.votes, division.labels)
    margins = _margins(division.space, division.labels, similarity)
    return [
        Member(
            item.key,
            rounded(similarity[index]),
            None if margins is None else rounded(margins[index]),
            rounded(agreement[index]),
            None if item.key in tied else sure.member(index),
        )
        for index, item in enumerate(items)
    ]


def _margins(space: Array, labels: Labels, similarity: Array) -> Array | None:
    """Similarity to the own group over that to the next best; None where there is no other group."""
    grouped = labels >= 0
    if len(np.unique(labels[grouped])) < 2:
        return None
    dense = np.zeros_like(labels)
    dense[grouped] = compact(labels[grouped])
    near = space @ centres(space[grouped], dense[grouped]).T
    near[np.arange(len(labels)), dense] = -np.inf
    return np.asarray(similarity - near.max(axis=1))


def _group(
    label: int,
    members: Sequence[Member],
    items: Sequence[Statement],
    phrases: tuple[str, ...],
    fixed: Mapping[str, str],
    sure: Certainty,
) -> Group:
    similarity = np.array([member.similarity for member in members])
    centre = items[medoid(similarity, [item.text for item in items])]
    owners = {fixed[item.key] for item in items if item.key in fixed}
    return Group(
        members=tuple(sorted(members, key=lambda member: (-member.similarity, member.key))),
        cohesion=rounded(similarity.mean()),
        agreement=rounded(np.mean([member.agreement for member in members])),
        medoid=centre.key,
        phrases=phrases,
        name=suggested_name(centre.text),
        interviews=len({item.interview for item in items}),
        fixed=owners.pop() if owners else None,
        stability=sure.group(label),
        resamples=sure.resamples,
        stands_on=sure.stands_on(label),
    )
