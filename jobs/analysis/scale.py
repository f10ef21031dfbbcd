"""Groups of texts by the hundred thousand, in time and memory that a laptop has.

The encoder reads a sample. What it would make of every other text is learnt from that sample: a ridge
regression from words and pairs of neighbouring words to the sample's directions (Hoerl and Kennard 1970).
The sample is divided in two stages: many small groups by spherical k-means (Dhillon and Modha 2001), then
Ward's linkage over their centres, cut where the silhouette (Rousseeuw 1987) is widest. Every other text goes
to the nearest centre, if one is near enough. Measured in `docs/adr/0015-verbatims-at-scale.md`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from jobs.analysis.arrays import Labels
from jobs.analysis.embed import Vectors, spoken_in, unit
from jobs.analysis.name import medoid, suggested_name
from jobs.languages import guess_language, says_something
from jobs.phrases import distinguishing
from studies.progress import Reporter

SAMPLE = 12_000  # texts that the encoder reads itself
FEATURES = 3_000  # words and pairs of words that the others are known by
RAREST = 3  # texts of the sample that hold such a word
RIDGE = 1.0
AXES = 128  # directions in which most texts differ; the rest is noise here, and costs time
SMALL = 800  # small groups of the first stage, at most
PER_SMALL = 6  # texts of the sample for each of them, on average, at least
ROUNDS = 8
CUTS = 40  # numbers of groups that are tried
MOST_GROUPS = 600
FLOOR = 0.35  # least cosine to a group's centre
COHESION = 0.4  # least mean cosine of a group's texts to its centre
CONTRAST = 0.02  # least silhouette of the texts; below it nothing holds together
NEAR_BEST = 0.9  # of the widest silhouette: the fewest groups that reach it are easier to read, and no worse
SMALLEST = 5  # texts that make a group
NAMED_BY = 200  # texts nearest to the centre that a group's phrases are taken from

_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class Reader:
    """Texts to directions of length `AXES`: exactly where the encoder's vector is given, else from words.

    `means` is what all texts of a language share, by its code; "" stands for all other texts.
    """

    vocabulary: dict[str, int]
    weights: Vectors
    axes: Vectors
    means: dict[str, Vectors]

    def project(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """What the encoder read, texts x columns, without what a language shares, along the sample's axes."""
        return unit((vectors - _usual(texts, self.means)) @ self.axes)

    def read(self, texts: Sequence[str]) -> Vectors:
        """A text without any known word is 0."""
        return unit(_table(texts, self.vocabulary) @ self.weights)

    def save(self, file: BinaryIO, centres: Vectors) -> None:
        """Writes what `Placer.load` reads."""
        words = "\n".join(sorted(self.vocabulary, key=lambda word: self.vocabulary[word]))
        np.savez(
            file,
            words=np.frombuffer(words.encode(), dtype=np.uint8),
            weights=self.weights.astype(np.float16),
            centres=centres,
        )


@dataclass(frozen=True)
class Placer:
    """What a worker needs to place texts that the encoder has not read."""

    vocabulary: dict[str, int]
    weights: Vectors
    centres: Vectors

    @classmethod
    def load(cls, file: BinaryIO) -> Placer:
        with np.load(file, allow_pickle=False) as stored:
            words = stored["words"].tobytes().decode().split("\n")
            weights = stored["weights"].astype(np.float32)
            return cls({word: place for place, word in enumerate(words)}, weights, stored["centres"])

    def place(self, texts: Sequence[str]) -> tuple[Labels, Vectors]:
        """The group of each text, and how near its centre is, as `placed` tells them."""
        with threadpool_limits(1):
            space = unit(_table(texts, self.vocabulary) @ self.weights)
            space[[not says_something(text) for text in texts]] = 0
            return placed(space, self.centres)


@dataclass(frozen=True)
class Pile:
    """A group of the sample: places of its texts, nearest to the centre first, and what it is called."""

    members: tuple[int, ...]
    cohesion: float
    phrases: tuple[str, ...]
    name: str


def learn(texts: Sequence[str], vectors: Vectors) -> Reader:
    """`vectors` (texts × dimensions) are the encoder's, row by row."""
    with threadpool_limits(1):
        means = _means_of(texts, vectors)
        centred = unit(vectors - _usual(texts, means))
        axes = _axes(centred)
        vocabulary = _vocabulary(texts)
        weights = _ridge(_table(texts, vocabulary), unit(centred @ axes))
    return Reader(vocabulary, weights, axes, means)


def divide(space: Vectors, *, seed: int = 0, report: Reporter) -> tuple[Labels, Vectors]:
    """A group for each row (-1: none), and the centres of the groups, the largest first.

    No centres means: nothing holds together. `report` is called between the stages and may raise.
    """
    with threadpool_limits(1):
        small = _small_groups(space, np.random.default_rng(seed), report)
        report(0.6, "Joining what is alike")
        labels = _joined(space, small)
        if labels is None:
            return np.full(len(space), -1), np.zeros((0, space.shape[1]), dtype=np.float32)
        report(0.9, "Leaving out what fits nowhere")
        return _pruned(space, labels)


def placed(space: Vectors, centres: Vectors) -> tuple[Labels, Vectors]:
    """For each row the nearest centre (-1 where none is near enough) and its cosine."""
    if not len(centres):
        return np.full(len(space), -1), np.zeros(len(space), dtype=np.float32)
    near = space @ centres.T
    labels = near.argmax(axis=1)
    similarity = near[np.arange(len(space)), labels].round(4)
    return np.where(similarity >= FLOOR, labels, -1), similarity


def piles(texts: Sequence[str], labels: Labels, similarity: Vectors, count: int) -> list[Pile]:
    """Groups told in words, from the texts of the sample that lie nearest to each centre."""
    order = np.lexsort((np.arange(len(labels)), -similarity, labels))
    ends = np.searchsorted(labels[order], np.arange(count + 1))
    inside = [order[start:end].tolist() for start, end in itertools.pairwise(ends)]
    said = distinguishing([[texts[place] for place in places[:NAMED_BY]] for places in inside])
    return [_pile(texts, similarity, places, phrases) for places, phrases in zip(inside, said, strict=True)]


def _pile(texts: Sequence[str], similarity: Vectors, places: Sequence[int], phrases: tuple[str, ...]) -> Pile:
    near = list(places[:NAMED_BY])
    middle = near[medoid(similarity[near], [texts[place] for place in near])]
    cohesion = round(float(similarity[list(places)].mean()), 4)
    return Pile(tuple(places), cohesion, phrases, suggested_name(texts[middle]))


# --- learning ----------------------------------------------------------------------------------------
def _means_of(texts: Sequence[str], vectors: Vectors) -> dict[str, Vectors]:
    """What texts of one language share is removed, so that groups follow meaning and not language."""
    languages = np.array([guess_language(text) for text in texts])
    spoken = spoken_in(languages)
    means = {name: vectors[languages == name].mean(axis=0) for name in spoken}
    main = next(iter(spoken), "")
    return means | {"": means[main] if main else vectors.mean(axis=0)}


def _usual(texts: Sequence[str], means: Mapping[str, Vectors]) -> Vectors:
    """For each text what all texts of its language share."""
    return np.stack([means.get(guess_language(text), means[""]) for text in texts])


def _axes(centred: Vectors) -> Vectors:
    """Principal axes; each points to where its largest part is positive, so that a rerun gives the same."""
    values, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = axes[:, np.argsort(-values, kind="stable")[:AXES]]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return axes.astype(np.float32)


def _features(text: str) -> list[str]:
    words = _WORD.findall(text.casefold())
    return [*words, *(f"{first} {second}" for first, second in itertools.pairwise(words))]


def _vocabulary(texts: Iterable[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_features(text)))
    frequent = sorted((-count, word) for word, count in counts.items() if count >= RAREST)
    return {word: place for place, (_, word) in enumerate(frequent[:FEATURES])}


def _table(texts: Sequence[str], vocabulary: dict[str, int]) -> csr_matrix:
    """Texts × words: how often, over the root of how many words are known, as the encoder itself sums."""
    ends, places, values = [0], list[int](), list[float]()
    for text in texts:
        known = [vocabulary[word] for word in _features(text) if word in vocabulary]
        counted = Counter(known)
        places += counted.keys()
        values += [times / len(known) ** 0.5 for times in counted.values()]
        ends.append(len(places))
    shape = (len(texts), max(1, len(vocabulary)))
    return csr_matrix((np.array(values, dtype=np.float32), np.array(places, dtype=np.int32), ends), shape)


def _ridge(table: csr_matrix, targets: Vectors) -> Vectors:
    squares = (table.T @ table).toarray().astype(np.float64)
    squares[np.diag_indices_from(squares)] += RIDGE
    factor = cho_factor(squares, overwrite_a=True)
    return np.asarray(cho_solve(factor, (table.T @ targets).astype(np.float64)), dtype=np.float32)


# --- dividing ----------------------------------------------------------------------------------------
def _small_groups(space: Vectors, rng: np.random.Generator, report: Reporter) -> Labels:
    count = max(2, min(SMALL, len(space) // PER_SMALL))
    centres = space[np.sort(rng.choice(len(space), min(count, len(space)), replace=False))]
    labels = np.zeros(len(space), dtype=np.int64)
    for number in range(ROUNDS):
        report(0.1 + 0.5 * number / ROUNDS, "Finding what is alike")
        labels = _nearest(space, centres)
        sums = _sums(space, labels, len(centres))
        centres = np.where(np.any(sums, axis=1, keepdims=True), unit(sums), centres)
    return _compact(_nearest(space, centres))


def _nearest(space: Vectors, centres: Vectors) -> Labels:
    parts = range(0, len(space), 8192)
    return np.concatenate([(space[start : start + 8192] @ centres.T).argmax(axis=1) for start in parts])


def _sums(space: Vectors, labels: Labels, count: int) -> Vectors:
    places = np.arange(len(space))
    member = csr_matrix((np.ones(len(space), dtype=np.float32), (labels, places)), (count, len(space)))
    return np.asarray(member @ space)


def _joined(space: Vectors, small: Labels) -> Labels | None:
    """Small groups joined to the fewest groups that stand apart almost as well as any number of them does;
    None where they never stand apart."""
    count = int(small.max()) + 1
    if count < 2:
        return None
    centres = unit(_sums(space, small, count)).astype(np.float64)
    tree = linkage(centres, "ward")
    most = max(2, min(MOST_GROUPS, count // 2))
    sizes = sorted({int(size) for size in np.geomspace(2, most, CUTS)})
    found = [_compact(fcluster(tree, size, "maxclust")) for size in sizes]
    widths = [round(_silhouette(centres, labels), 6) for labels in found]
    enough = NEAR_BEST * max(widths)
    labels = found[next(place for place, width in enumerate(widths) if width >= enough)][small]
    if _silhouette(space, labels) < CONTRAST:
        return None
    for _sweep in range(2):
        labels = _compact(_nearest(space, unit(_sums(space, labels, int(labels.max()) + 1))))
    return labels


def _silhouette(points: npt.NDArray[np.floating], labels: Labels) -> float:
    """Mean silhouette by cosine distance, exact: the distances to a group sum up to its size minus the
    product with the sum of its vectors. A point alone in its group counts 0."""
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return -1.0
    row = np.arange(len(points))
    sums = sizes - points @ _sums(points, labels, len(sizes)).T
    own = sums[row, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[row, labels] = np.inf
    other = means.min(axis=1)
    width = (other - own) / np.maximum(np.maximum(own, other), 1e-9)
    return float(np.where(sizes[labels] > 1, width, 0).mean())


def _pruned(space: Vectors, labels: Labels) -> tuple[Labels, Vectors]:
    """Without loose and tiny groups; their texts go where they are near enough, or nowhere."""
    centres = unit(_sums(space, labels, int(labels.max()) + 1))
    similarity = (space * centres[labels]).sum(axis=1)
    sizes = np.bincount(labels, minlength=len(centres))
    cohesion = np.bincount(labels, similarity, minlength=len(centres)) / np.maximum(sizes, 1)
    kept = np.flatnonzero((sizes >= SMALLEST) & (cohesion >= COHESION))
    centres = centres[kept[np.argsort(-sizes[kept], kind="stable")]]
    return placed(space, centres)[0], centres


def _compact(labels: npt.ArrayLike) -> Labels:
    """Labels 0, 1, … in the order of their first text."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
