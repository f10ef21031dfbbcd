"""Statements on a plane: distances between points follow those between meanings, as far as two axes allow.

Stress majorisation (SMACOF, de Leeuw 1977) from the classical solution (Torgerson 1952): without randomness,
so that the same input gives the same map. Members of a group are drawn closer than their words ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studies.progress import Reporter, silent

Array = npt.NDArray[np.float64]

CLOSER = 0.5  # the share of their distance at which two members of one group are drawn
STEPS = 120
STILL = 1e-4  # the step that improves the stress by less than this share of it is the last
NEIGHBOURS = 5


@dataclass(frozen=True)
class Projection:
    """`points` n x 2, the wider axis first, the farthest at 1. `kept`: of the five nearest of each statement,
    the share that is among its five nearest on the plane; None below seven statements."""

    points: Array
    kept: float | None


def project(vectors: npt.ArrayLike, groups: Sequence[str], *, report: Reporter = silent) -> Projection:
    """`vectors`: one row a statement, of length 1 or 0; `groups`: a name each, "" for none. Raises ValueError
    where there are not as many groups as rows."""
    rows = np.asarray(vectors, dtype=np.float64)
    if len(rows) != len(groups):
        raise ValueError("Every statement needs a group, if only an empty one.")
    if len(rows) < 2:
        return Projection(np.zeros((len(rows), 2)), None)
    meant = _distances(rows)
    drawn = np.where(_together(groups), CLOSER * meant, meant)
    points = _settled(_majorised(_classical(drawn), drawn, report))
    return Projection(np.round(points, 3), _kept(meant, points))


def _distances(rows: Array) -> Array:
    """Euclidean between rows of length 1: the chord of their angle."""
    lengths = (rows**2).sum(axis=1)
    squares = lengths[:, None] + lengths[None, :] - 2 * rows @ rows.T
    np.fill_diagonal(squares, 0)
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def _together(groups: Sequence[str]) -> npt.NDArray[np.bool_]:
    names = np.array(groups, dtype=object)
    return np.asarray((names[:, None] == names[None, :]) & (names[:, None] != ""), dtype=bool)


def _classical(distances: Array) -> Array:
    """The two strongest axes of the doubly centred squares."""
    squares = distances**2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean())
    values, axes = np.linalg.eigh(centred)
    best = np.argsort(-values, kind="stable")[:2]
    return np.asarray(axes[:, best] * np.sqrt(np.maximum(values[best], 0)))


def _majorised(points: Array, distances: Array, report: Reporter) -> Array:
    """Moves every point to where its distances ask it to be, until that changes little."""
    last = np.inf
    for step in range(STEPS):
        here = _distances(points)
        stress = float(((here - distances) ** 2).sum())
        if last - stress <= STILL * stress:
            break
        last = stress
        ratio = np.divide(distances, here, out=np.zeros_like(here), where=here > 1e-9)
        points = (ratio.sum(axis=1)[:, None] * points - ratio @ points) / len(points)
        report(step / STEPS, "Settling the distances")
    return points


def _settled(points: Array) -> Array:
    """Centred, the wider axis across, signs fixed, the farthest at 1."""
    centred = points - points.mean(axis=0)
    _values, axes = np.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, ::-1]
    far = np.abs(turned).argmax(axis=0)
    turned *= np.where(turned[far, [0, 1]] < 0, -1, 1)
    most = np.abs(turned).max()
    return np.asarray(turned / most if most > 1e-9 else np.zeros_like(turned))


def _kept(meant: Array, points: Array) -> float | None:
    if len(points) < NEIGHBOURS + 2:
        return None
    in_words, on_plane = _nearest(meant), _nearest(_distances(points))
    shared = [len(set(one) & set(other)) for one, other in zip(in_words, on_plane, strict=True)]
    return float(np.mean(shared) / NEIGHBOURS)


def _nearest(distances: Array) -> npt.NDArray[np.int64]:
    own = distances.copy()
    np.fill_diagonal(own, np.inf)
    return np.argsort(np.round(own, 9), axis=1, kind="stable")[:, :NEIGHBOURS]
