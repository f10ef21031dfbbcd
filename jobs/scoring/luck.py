"""The random weights of a simulation: Rubin's Bayesian bootstrap (1981). Pure.

One draw gives every voice (an interview, a respondent, a colleague) a random weight that counts for all jobs
and criteria alike, so that what goes together in the sample goes together in every draw. Weights are
exponential instead of whole counts, and no draw is ever empty.

The weight of a voice depends on the seed and its name only: the order of the input, other jobs, other voices
and the weights of the criteria change nothing about it. Weights are rounded to binary fractions that are
summed without any loss, so that no machine adds them up differently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
BLOCKS = 512  # more voices than this are drawn in so many random groups (Wolter 2007), which costs little
LUCK_STEP = 2.0**-20


@dataclass(frozen=True)
class Luck:
    """The random numbers of one simulation; everything in it is found again by name."""

    draws: int
    seed: int

    def of(self, voices: tuple[str, ...]) -> Array:
        """Exponential weights, voices x draws."""
        return self.named([_drawn_as(voice, voices) for voice in voices])

    def named(self, names: Sequence[str]) -> Array:
        """The same for names that `drawn_together` has given."""
        return np.stack([_weights(self, name) for name in names])

    def half(self, name: str) -> Array:
        """Gamma(1/2), 2 x draws: a priori half an interview holds the job, and half of one does not."""
        return _halves(self, name)

    def between(self, name: str) -> Array:
        """Even on 0-1, 4 x draws."""
        return self.stream(name).random((4, self.draws))

    def stream(self, name: str) -> np.random.Generator:
        """From the start each time it is asked for."""
        return np.random.default_rng([self.seed, *_digest(name)])


@lru_cache(maxsize=1024)
def _weights(luck: Luck, name: str) -> Array:
    return _kept(exact(luck.stream(name).standard_exponential(luck.draws), LUCK_STEP))


@lru_cache(maxsize=512)
def _halves(luck: Luck, name: str) -> Array:
    normal = luck.stream(name).standard_normal((2, luck.draws))
    return _kept(exact(normal * normal / 2, LUCK_STEP))


def _kept(values: Array) -> Array:
    values.setflags(write=False)
    return values


def exact(values: Array, step: float) -> Array:
    return np.asarray(np.round(values / step) * step)


def _drawn_as(voice: str, voices: Sequence[str]) -> str:
    return voice if len(voices) <= BLOCKS else f"block {_digest(voice)[0] % BLOCKS}"


def drawn_together(voices: tuple[str, ...]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """What is drawn together has one weight: the names of the weights, and which of them each voice has."""
    if len(voices) <= BLOCKS:
        return list(voices), np.arange(len(voices))
    names: dict[str, int] = {}
    place = [names.setdefault(_drawn_as(voice, voices), len(names)) for voice in voices]
    return list(names), np.array(place)


@lru_cache(maxsize=16_384)
def _digest(text: str) -> tuple[int, int]:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")
