"""From statements to vectors: checked, in an order that the input's does not change, encoded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from jobs.analysis.embed import Encoder, Vectors, unit
from jobs.analysis.pair import PairEncoder
from jobs.analysis.results import Statement
from jobs.languages import says_something

MOST = 4000  # statements; time and memory grow with the square


def checked(items: Sequence[Statement]) -> list[Statement]:
    """By text, then by key: neither the order of the input nor its numbering changes the groups. Raises
    ValueError for two statements of one key, and for more than MOST."""
    ordered = sorted(items, key=lambda item: (item.text, item.key))
    if len({item.key for item in ordered}) != len(ordered):
        raise ValueError("Every statement needs a key of its own.")
    if len(ordered) > MOST:
        raise ValueError(f"{len(ordered):,} statements are too many to group at once: at most {MOST:,}.")
    return ordered


def encoded(items: Sequence[Statement], encoder: Encoder) -> Vectors:
    """Statements x `encoder.dim`, rows of length 1. Those that say nothing have no direction: row 0. Half
    surrogate pairs, unreadable to encoders, become ?. Raises ValueError for vectors of another shape or not
    finite."""
    texts = [readable(item.text) for item in items]
    if not texts:
        return np.zeros((0, encoder.dim), dtype=np.float32)
    vectors = np.asarray(encoder.encode(texts))
    if vectors.shape != (len(texts), encoder.dim) or not np.isfinite(vectors).all():
        raise ValueError(f"The encoder {encoder.name} gave no usable vectors.")
    vectors = unit(vectors)
    vectors[[not says_something(text) for text in texts]] = 0  # encoders give “-” and “n/a” a direction, too
    return vectors


def readable(text: str) -> str:
    """In one line, and without half surrogate pairs."""
    return " ".join(text.split()).encode("utf-8", "replace").decode()


def versions(encoder: Encoder) -> dict[str, str]:
    """Library or encoder -> version: what a result has to be explained by a year later."""
    libraries = {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
    if isinstance(encoder, PairEncoder):
        return libraries | _named("encoder", encoder.broad) | _named("encoder for English", encoder.english)
    return libraries | _named("encoder", encoder)


def _named(part: str, encoder: Encoder) -> dict[str, str]:
    return {part: f"{encoder.name} {encoder.version}"}
