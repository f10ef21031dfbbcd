"""Which role a sentence plays in a customer's story, learned from interviews of our own making. Pure.

Words about the same thing are now what pushed, now what was feared, now what still hurts; nearness in meaning
cannot tell these apart. So four opinions are learned from invented interviews (told.py): from what is meant,
from the words that carry it ("but", "until", "I wanted"), from the interviewer's question, and from the place
in the interview. Each interview is centred on its own mean, so that its subject falls out. The opinions
count alike and independently, as in naive Bayes. How a story goes on (story.py) is learned from the same
interviews.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from jobs.analysis.speech import Array, Rows, Sentence, Vectors, views, width
from jobs.analysis.story import Steps, steps_of
from jobs.analysis.told import Taught

OPINIONS = 4  # meaning, words, question, place
SHARPNESS = 0.4  # of the four together, which agree more often than independent ones would
PENALTY = 5.0  # C of the regressions
SHRINKAGE = 0.2  # of the discriminant's covariance
FLOOR = 1e-4  # no opinion rules a label out
WORDS = r"\w+|[?!,]"  # a comma and a question mark tell something too
FEWEST = 3  # sentences that a run of words has to occur in
AT_ONCE = 2000  # rows that are judged together


@dataclass(frozen=True)
class Roles:
    """What interviews of our own teach about `keys`: four classifiers, and how a story goes on."""

    keys: tuple[str, ...]
    meaning: Any
    counted: Any
    words: Any
    question: Any
    place: Any
    steps: Steps


# --- learning ----------------------------------------------------------------------------------------
def learn(taught: Sequence[Taught], keys: Sequence[str], vectors: Vectors) -> Roles:
    """`vectors` hold the words of the sentences (speech.words_of); sentences stand in their order, interview
    after interview."""
    labels, sentences = [label for label, _sentence in taught], [sentence for _label, sentence in taught]
    known, dim = _views(sentences, vectors), vectors.dim
    counted = _counter()
    return Roles(
        tuple(keys),
        _discriminant(len(set(labels))).fit(known[:, :dim], labels),
        counted,
        _regression().fit(counted.fit_transform([each.text for each in sentences]), labels),
        _of_questions(known[:, 2 * dim : 3 * dim], taught),
        _regression().fit(known[:, 3 * dim : width(dim)], labels),
        steps_of(taught, keys),
    )


def _views(sentences: Sequence[Sentence], vectors: Vectors) -> Rows:
    """Each interview is centred by itself: its subject falls out, the roles stay."""
    parts = groupby(sentences, key=lambda each: each.interview)
    return np.vstack([views(list(interview), vectors) for _name, interview in parts])


def _discriminant(labels: int) -> Any:
    """As good as a regression here and ten times as fast; no label is likelier than another before a word."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    even = np.full(labels, 1 / labels)
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE, priors=even)


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=100, tol=1e-3)


def _counter() -> Any:
    """TF-IDF of single words and of runs of two and three, small words among them: these tell roles."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        ngram_range=(1, 3), sublinear_tf=True, min_df=FEWEST, token_pattern=WORDS, dtype=np.float32
    )


def _of_questions(rows: Rows, taught: Sequence[Taught]) -> Any:
    """Learns from each question once for each label that it brought, weighted by how often it brought it."""
    asked = [(sentence.interview, sentence.question, label) for label, sentence in taught]
    counts, first = Counter(asked), {key: row for row, key in reversed(list(enumerate(asked)))}
    order = sorted(first.values())
    weights = [counts[asked[row]] for row in order]
    return _regression().fit(rows[order], [asked[row][2] for row in order], sample_weight=weights)


# --- opinions ----------------------------------------------------------------------------------------
def opinions(sentences: Sequence[Sentence], rows: Rows, roles: Roles, dim: int) -> Array:
    """Logarithms of how likely each label is, one table an opinion (OPINIONS × sentences × labels), each
    row with mean 0. 0 throughout where there is nothing to judge by: no question, no known place, no words.

    `rows` are the views of the sentences, of vectors of length `dim`.
    """
    table = np.zeros((OPINIONS, len(sentences), len(roles.keys)))
    if not len(sentences):
        return table
    counts = roles.counted.transform([each.text for each in sentences])
    judged = (
        (roles.meaning, rows[:, :dim]),
        (roles.words, counts),
        (roles.question, rows[:, 2 * dim : 3 * dim]),
        (roles.place, rows[:, 3 * dim : width(dim)]),
    )
    for place, (model, seen) in enumerate(judged):
        table[place] = _opinion(model, seen, roles.keys)
    return table


def _opinion(model: Any, rows: Any, keys: Sequence[str]) -> Array:
    table = np.full((rows.shape[0], len(keys)), FLOOR)
    columns = [keys.index(key) for key in model.classes_]
    for start in range(0, rows.shape[0], AT_ONCE):  # a copy of all rows would double them
        some = slice(start, start + AT_ONCE)
        table[some, columns] += model.predict_proba(rows[some])
    table = np.log(table)
    table -= table.mean(axis=1, keepdims=True)
    table[_silent(rows)] = 0
    return table


def _silent(rows: Any) -> Any:
    """Rows that are 0 throughout."""
    return rows.getnnz(axis=1) == 0 if hasattr(rows, "getnnz") else ~rows.any(axis=1)
