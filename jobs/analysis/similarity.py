"""How near statements are to each other: by meaning, by shared words, and by the company they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from jobs.analysis.arrays import Array, Labels
from jobs.analysis.embed import Vectors, languages
from jobs.analysis.lexical import shared_words
from jobs.analysis.pair import ENGLISH

WORDS = 0.5  # weight of shared words beside meaning (measured on intents that the benchmark does not use)
COMPANY = 8  # nearest statements that a statement is blurred with
SHARE = 8  # of all statements, an eighth are the most neighbours of one
BLUR = 1.0  # weight of that company beside the statement itself


@dataclass(frozen=True)
class Nearness:
    """Inner products by meaning, by what the encoder for English makes of it, and by words, before centring;
    and each statement's language as a number."""

    meaning: Array
    english: Array
    words: Array
    language: Labels

    def of(self, indices: Labels) -> Nearness:
        pick = np.ix_(indices, indices)
        return Nearness(self.meaning[pick], self.english[pick], self.words[pick], self.language[indices])

    def similarity(self) -> Array:
        """Cosines after what all statements of a language share is taken away, words beside meaning."""
        meaning, shared = (_centred(table, self.language) for table in (self.meaning, self.words))
        read = np.diag(self.english) > 0
        if read.any():
            share = ENGLISH * np.outer(read, read)
            meaning += share * (_centred(self.english, self.language) - meaning)
        return np.asarray((meaning + WORDS * shared) / (1 + WORDS))


def nearness(meaning: Vectors, english: Vectors, texts: Sequence[str]) -> Nearness:
    """Of vectors row by row, as `parts` gives them."""
    first, second = (part.astype(np.float64) for part in (meaning, english))
    return Nearness(first @ first.T, second @ second.T, shared_words(texts), languages(texts))


def _centred(table: Array, language: Labels) -> Array:
    """The inner products that centring per language and scaling to length 1 would give."""
    member = np.eye(int(language.max(initial=0)) + 1)[language]
    share = member / np.maximum(member.sum(axis=0), 1)
    inner = table - member @ (share.T @ table)
    inner -= (inner @ share) @ member.T
    lengths = np.sqrt(np.maximum(np.diag(inner), 0))
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 1e-6)
    return np.asarray(np.clip(inner * scale[:, None] * scale[None, :], -1, 1))


def blurred(similarity: Array, nearest: Labels, weights: Array) -> Array:
    """Cosines once each statement is mixed with its nearest ones, weighted by their similarity: two ways of
    saying the same come together over those between them (alpha query expansion, Radenović et al. 2019)."""
    count, nearest, weights = len(similarity), nearest[:, :COMPANY], weights[:, :COMPANY]
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    rows = np.repeat(np.arange(count), nearest.shape[1])
    mixed = csr_matrix((BLUR * shares.ravel(), (rows, nearest.ravel())), shape=(count, count))
    half = similarity + mixed @ similarity
    inner = half + (mixed @ half.T).T
    lengths = np.sqrt(np.maximum(np.diag(inner), 1e-9))
    return np.asarray(np.clip(inner / np.outer(lengths, lengths), -1, 1))


def nearest_of(similarity: Array, count: int) -> tuple[Labels, Array]:
    """Of each statement its nearest others, and how near: never below 0."""
    others = -similarity.round(9)
    np.fill_diagonal(others, 2)
    some = max(1, count)
    nearest = np.argpartition(others, some - 1, axis=1)[:, :some]
    nearest.sort(axis=1)  # the same among equals, wherever they came to lie
    order = np.argsort(np.take_along_axis(others, nearest, axis=1), axis=1, kind="stable")
    nearest = np.take_along_axis(nearest, order, axis=1)
    return nearest, np.maximum(-np.take_along_axis(others, nearest, axis=1), 0)
