"""The likeliest elements and codes of a sentence, from few examples (clustering.md 7). Pure.

Two opinions are mixed. The first is there before anybody has coded. Of the elements it is learned from
interviews of our own (roles.py); of a code it is how near a sentence is to what the code says of itself,
standardised over the study. The second is a logistic regression on what people of this study coded. With m
examples a label the first weighs w/(w+m); of elements the first always counts and the second with m/(w+m),
before all sentences of an interview are judged together as a story (story.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobs.analysis.embed import Encoder, unit
from jobs.analysis.roles import FLOOR, OPINIONS, SHARPNESS, Roles, learn, opinions
from jobs.analysis.speech import Array, Rows, Sentence, Vectors, softmax, views, width, words_of
from jobs.analysis.story import Story
from jobs.analysis.told import Taught

DESCRIBED, TAUGHT = 5, 20  # w: what descriptions and what sentences of our own are worth, in examples a label
NEAR_SHARPNESS = 0.5  # of the softmax over standardised similarities
CERTAIN = 9.0  # logarithm of how much likelier what a person coded is than anything else
OPINION_SCALE = 0.1  # of opinions beside vectors of length 1 in the regression
INVERSE_PENALTY = 10.0  # C of the regression
MOST_EXAMPLES = 3000  # more teach nothing and take long
AT_ONCE = 2000  # rows that are judged together
SHOWN = 3
MIN_CODE_EXAMPLES, MIN_CODE_INTERVIEWS = 3, 2
CODE_NEAR = 3.5  # so near, in standard deviations, a code is as likely as not by its description alone
LIKELY_CODE = 0.35  # below it a code is not suggested


@dataclass(frozen=True)
class Label:
    """An element or a code, and what it says of itself."""

    key: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Labels that are suggested together: the twelve elements, or the codes of a study.

    `taught` are coded sentences of our own that show what the labels mean; `roles` is what was learned from
    them before.
    """

    labels: Sequence[Label]
    taught: Sequence[Taught] = ()
    roles: Roles | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(label.key for label in self.labels)

    def words(self) -> list[str]:
        """All texts of the family that have to be encoded."""
        said = [text for label in self.labels for text in label.said]
        return said + words_of([sentence for _label, sentence in self.taught])


@dataclass(frozen=True)
class Material:
    """Sentences as numbers: `rows` (n × features) for the regression, and `before` (n × labels), what speaks
    for each label before anybody has coded, as logarithms up to a constant a row.

    `worth` says how many examples a label `before` weighs as much as; `story` is given where labels follow
    each other as in a story.
    """

    keys: tuple[str, ...]
    rows: Rows
    before: Array
    worth: int = DESCRIBED
    story: Story | None = None

    def at(self, rows: Sequence[int]) -> Material:
        """Only these rows, without the story that they are part of."""
        chosen = np.asarray(rows, int)
        return Material(self.keys, self.rows[chosen], self.before[chosen], self.worth)


# --- sentences to numbers ----------------------------------------------------------------------------
def materials(sentences: Sequence[Sentence], families: Sequence[Family], encoder: Encoder) -> list[Material]:
    """One material a family of labels, all over the same rows.

    Everything is encoded in one call, as some encoders compare texts of one call only.
    """
    words = [text for family in families for text in family.words()]
    vectors = Vectors([*words_of(sentences), *words], encoder)
    more = sum(OPINIONS * len(family.labels) for family in families if family.taught or family.roles)
    rows = views(sentences, vectors, more)
    return [_material(sentences, rows, family, vectors) for family in families]


def _material(sentences: Sequence[Sentence], rows: Rows, family: Family, vectors: Vectors) -> Material:
    roles = family.roles or (learn(family.taught, family.keys, vectors) if family.taught else None)
    if roles is None:
        near = NEAR_SHARPNESS * _nearness(rows, family.labels, vectors)
        return Material(family.keys, rows, near)
    table = opinions(sentences, rows, roles, vectors.dim)
    rows[:, width(vectors.dim) :] = OPINION_SCALE * np.hstack(list(table))  # the columns left for them
    story = Story(sentences, roles.steps)
    return Material(family.keys, rows, SHARPNESS * table.sum(axis=0), TAUGHT, story)


def _nearness(rows: Rows, labels: Sequence[Label], vectors: Vectors) -> Array:
    """How near each row is to what each label says, in standard deviations over the study, added up over both
    views."""
    dim = vectors.dim
    said = vectors.of([text for label in labels for text in label.said])
    centre = said.mean(axis=0) if len(said) else 0
    typical = [unit(vectors.of(label.said) - centre).mean(axis=0) for label in labels]
    return _near(rows[:, :dim], typical) + _near(rows[:, dim : 2 * dim], typical)


def _near(rows: Rows, directions: Sequence[Rows]) -> Array:
    """Similarity to each label's directions (the nearest counts), standardised over the rows."""
    columns = [
        (rows @ np.atleast_2d(each).T).max(axis=1) if each.size else np.zeros(len(rows))
        for each in directions
    ]
    table = np.array(columns, dtype=np.float64).T.reshape(len(rows), len(directions))
    return _standardised(table)


def _standardised(table: Array) -> Array:
    if not len(table):
        return table
    spread = table.std(axis=0)
    return np.asarray((table - table.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0))


# --- one of several labels: elements -----------------------------------------------------------------
def likely(
    found: Material, of: Sequence[str], train: Sequence[int], wanted: Sequence[int], temperature: float = 1.0
) -> Array:
    """Probabilities (wanted × labels), learned from the rows `train`, whose labels `of` names.

    With no example, or with examples of one label only, what is known before speaks alone.
    """
    if found.story is None:
        return tempered(_mixed(found, of, train, wanted), temperature)
    return tempered(_told(found, found.story, of, train, wanted), temperature)


def _mixed(found: Material, of: Sequence[str], train: Sequence[int], wanted: Sequence[int]) -> Array:
    prior = softmax(found.before[np.asarray(wanted, dtype=int)])
    learned = _learned(found, of, train, wanted)
    share = _weight(found, train)
    return prior if learned is None else (1 - share) * prior + share * learned


def _told(
    found: Material, story: Story, of: Sequence[str], train: Sequence[int], wanted: Sequence[int]
) -> Array:
    """As _mixed(), for sentences of a story: what people coded in an interview also tells of the sentences
    around it."""
    rows, seem = story.around(wanted), found.before.copy()
    learned = _learned(found, of, train, rows)
    if learned is not None:
        seem[rows] += _weight(found, train) * np.log(learned + FLOOR)
    asked = set(wanted)
    for row in train:
        if row not in asked:
            seem[row] = CERTAIN * (np.array(found.keys) == of[row])
    return softmax(story.judged(seem, wanted))


def _weight(found: Material, train: Sequence[int]) -> float:
    examples = len(train) / len(found.keys)
    return examples / (found.worth + examples)


def _learned(found: Material, of: Sequence[str], train: Sequence[int], wanted: Sequence[int]) -> Array | None:
    """What the examples alone say (wanted × labels); None where they say nothing."""
    train = _evenly(of, train, MOST_EXAMPLES)
    rows = np.asarray(wanted, dtype=int)
    if len({of[row] for row in train}) < 2 or not len(rows):
        return None
    basis = _basis(found.rows[np.array(train)])
    model = _regression().fit(found.rows[np.array(train)] @ basis, [of[row] for row in train])
    learned = np.zeros((len(rows), len(found.keys)))
    columns = np.array([found.keys.index(key) for key in model.classes_])
    for some in np.array_split(np.arange(len(rows)), len(rows) // AT_ONCE + 1):
        learned[np.ix_(some, columns)] = model.predict_proba(found.rows[rows[some]] @ basis)
    return learned


def _basis(rows: Rows) -> Rows:
    """The directions that the examples span. The ridge penalty keeps the coefficients in it, so that nothing
    is lost by fitting there, where few examples make few features."""
    return np.asarray(np.linalg.qr(rows.T)[0])


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=500)


def tempered(table: Array, temperature: float) -> Array:
    """Probabilities (each row adds up to 1) to the power of 1/T; T above 1 makes them less certain."""
    if not table.size:
        return table
    powers = np.clip(table, 1e-9, 1) ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _evenly(of: Sequence[str], rows: Sequence[int], most: int) -> list[int]:
    """At most `most` rows, of each label as many as there are or its share, the later ones first."""
    if len(rows) <= most:
        return list(rows)
    labels = by_label(of, rows)
    share = most // len(labels)
    return sorted(row for each in labels.values() for row in each[-share:])


def by_label(of: Sequence[str], rows: Sequence[int]) -> dict[str, list[int]]:
    """Label -> those of `rows` that carry it; `of` names the label of every row."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(of[row], []).append(row)
    return found


def ranked(table: Array, keys: Sequence[str], count: int = SHOWN) -> list[list[tuple[str, float]]]:
    """For each row its likeliest labels with confidence, best first; equal ones in the order of `keys`."""
    order = np.argsort(-table, axis=1, kind="stable")[:, :count]
    return [
        [(keys[column], round(float(row[column]), 3)) for column in best]
        for row, best in zip(table, order, strict=True)
    ]


# --- several labels at once: codes -------------------------------------------------------------------
def learnable(given: Sequence[frozenset[str]], interviews: Sequence[str]) -> tuple[str, ...]:
    """Codes with enough examples from enough interviews."""
    found = []
    for key in sorted({key for keys in given for key in keys}):
        rows = [row for row, keys in enumerate(given) if key in keys]
        if len(rows) >= MIN_CODE_EXAMPLES and len({interviews[r] for r in rows}) >= MIN_CODE_INTERVIEWS:
            found.append(key)
    return tuple(found)


def likely_codes(
    found: Material, given: Sequence[frozenset[str]], train: Sequence[int], wanted: Sequence[int]
) -> Array:
    """For each wanted row and code the probability that a person would give it; one regression a code."""
    near = found.before[np.asarray(wanted, dtype=int)] / NEAR_SHARPNESS
    table: Array = np.asarray(1 / (1 + np.exp(CODE_NEAR - near)))
    if not len(train) or not len(wanted):
        return table
    train = _evenly(["given" if keys else "" for keys in given], train, MOST_EXAMPLES)
    basis = _basis(found.rows[np.asarray(train)])
    rows, asked = found.rows[np.asarray(train)] @ basis, found.rows[np.asarray(wanted)] @ basis
    for column, key in enumerate(found.keys):
        truth = [key in given[row] for row in train]
        if not any(truth) or all(truth):
            continue
        learned = _regression().fit(rows, truth).predict_proba(asked)[:, 1]
        share = found.worth / (found.worth + sum(truth))
        table[:, column] = share * table[:, column] + (1 - share) * learned
    return table
