"""Which role a sentence plays in a customer's story, learned from interviews of our own making. Pure.

Words about the same thing are now what pushed, now what was feared, now what still hurts; nearness in meaning
cannot tell these apart. So four regressions learn from invented interviews about many unlike products, every
sentence of which is coded (element_sentences.txt): from what is meant, from the words that carry it ("but",
"until", "I wanted"), from the interviewer's question, and from the place in the interview. Each interview is
centred on its own mean, so that its subject falls out. The opinions count alike and independently, as in
naive Bayes; the fifth is what the sentences around seem to be, as people seldom change the role at every
full stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from jobs.analysis.speech import Array, Rows, Sentence, Vectors, centred, views, width

SOURCE = Path(__file__).with_name("element_sentences.txt")
OPINIONS = 5  # text, words, question, place, and what the sentences around seem to be
PENALTY = 5.0  # C of the regressions
FLOOR = 1e-4  # no opinion rules a label out
REACH, FADING = 8, 3.0  # sentences to each side; their weight falls by e every three
WORDS = r"\w+|[?!,]"  # a comma and a question mark tell something too
AT_ONCE = 2000  # rows that are judged together
FEWEST = 3  # sentences that a run of words has to occur in

Taught = tuple[str, Sentence]  # its label, and the sentence


# --- the sentences of our own ------------------------------------------------------------------------
@lru_cache(maxsize=1)
def told() -> tuple[Taught, ...]:
    """Every sentence of the invented interviews with its element, in the order in which it is said."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return tuple(row for interview in _parted(lines, "# ") for row in _told(*interview))


def _parted(lines: Sequence[str], mark: str) -> list[tuple[str, list[str]]]:
    """What stands after each mark, with the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(mark):
            found.append((line[len(mark) :], []))
        elif line:
            found[-1][1].append(line)
    return found


def _told(name: str, lines: Sequence[str]) -> Iterator[Taught]:
    answers = _parted(lines, "? ")
    for number, (question, said) in enumerate(answers):
        place = (2 * number + 1) / (2 * len(answers) - 1)
        pairs = [line.split(": ", 1) for line in said]
        texts = ["", *(text for _kind, text in pairs), ""]
        for here, (kind, text) in enumerate(pairs, 1):
            yield kind, Sentence(text, texts[here - 1], texts[here + 1], question, place, name)


# --- opinions ----------------------------------------------------------------------------------------
def opinions(
    sentences: Sequence[Sentence],
    rows: Rows,
    taught: Sequence[Taught],
    asked: Sequence[tuple[str, str]],
    keys: Sequence[str],
    vectors: Vectors,
) -> Array:
    """Logarithms of how likely each label is, one table an opinion (OPINIONS × sentences × labels), each
    row with mean 0. 0 throughout where there is nothing to judge by: no question, no known place, no words.

    `rows` are the views of the sentences; `asked` are questions that bring a label, as (label, question).
    """
    known, labels = _taught_views(taught, vectors), [label for label, _sentence in taught]
    dim = vectors.dim
    text, place = slice(0, dim), slice(3 * dim, width(dim))
    table = np.zeros((OPINIONS, len(sentences), len(keys)))
    if not len(sentences):
        return table
    table[0] = _opinion(known[:, text], labels, rows[:, text], keys)
    table[1] = _opinion_of_words([each.text for _label, each in taught], labels, sentences, keys)
    questions = centred(vectors.of([question for _label, question in asked]))
    about = np.vstack([known[:, 2 * dim : 3 * dim], questions])
    brought = [*labels, *(label for label, _question in asked)]
    table[2] = _opinion(about, brought, rows[:, 2 * dim : 3 * dim], keys)
    table[3] = _opinion(known[:, place], labels, rows[:, place], keys)
    table[4] = _around(sentences, table[0] + table[1])
    return table


def _taught_views(taught: Sequence[Taught], vectors: Vectors) -> Rows:
    """Each interview is centred by itself: its subject falls out, the roles stay."""
    parts = groupby((sentence for _label, sentence in taught), key=lambda each: each.interview)
    return np.vstack([views(list(interview), vectors) for _name, interview in parts])


def _opinion(known: Any, labels: Sequence[str], rows: Any, keys: Sequence[str]) -> Array:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=500).fit(known, labels)
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


def _opinion_of_words(
    known: Sequence[str], labels: Sequence[str], sentences: Sequence[Sentence], keys: Sequence[str]
) -> Array:
    """TF-IDF of single words and of runs of two and three, small words among them: these tell roles."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    counted = TfidfVectorizer(
        ngram_range=(1, 3), sublinear_tf=True, min_df=FEWEST, token_pattern=WORDS, dtype=np.float32
    )
    return _opinion(
        counted.fit_transform(known), labels, counted.transform([each.text for each in sentences]), keys
    )


def _around(sentences: Sequence[Sentence], seem: Array) -> Array:
    """The mean of what the sentences around seem to be, the near ones counting most; 0 where a sentence
    stands alone or at no known place."""
    order = [row for row, each in enumerate(sentences) if each.place is not None]
    order.sort(key=lambda row: (sentences[row].interview, sentences[row].at))
    interviews = np.array([sentences[row].interview for row in order])
    here = seem[order]
    total, weights = np.zeros_like(here), np.zeros((len(order), 1))
    for step in range(1, min(REACH, len(order) - 1) + 1):
        both = np.flatnonzero(interviews[step:] == interviews[:-step])
        weight = np.exp(-step / FADING)
        for mine, other in ((both, both + step), (both + step, both)):
            total[mine] += weight * here[other]
            weights[mine] += weight
    found = np.zeros_like(seem)
    found[order] = total / np.where(weights > 0, weights, 1)
    return found
