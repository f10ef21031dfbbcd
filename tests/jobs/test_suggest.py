"""The mathematics of suggestions: sentences, few examples, and what is held back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.analysis import evaluation, suggest
from jobs.analysis.embed import Vectors, unit
from jobs.analysis.evaluation import Score
from jobs.analysis.speech import Sentence
from jobs.analysis.suggest import Family, Label, Material
from jobs.languages import words
from jobs.sentences import LONGEST, sentences


class WordEncoder:
    """One direction a word: near is who shares words. Quick, and the same on every machine."""

    name, version, dim, comparable = "words", "1", 256, True

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim))
        for row, text in enumerate(texts):
            for word in words(text):
                rows[row, sum(map(ord, word)) % self.dim] += 1
        return unit(rows)


LABELS = [
    Label("fear", ("afraid worried", "scared")),
    Label("wish", ("wanted hoped", "needed")),
    Label("thing", ("bike car tram",)),
]
TEXTS = {"fear": "afraid {} night", "wish": "wanted {} quick", "thing": "bike {} shop"}


def study(interviews: int, each: int = 1) -> tuple[list[Sentence], list[str]]:
    rows, of = [], []
    for interview in range(interviews):
        for number in range(each):
            for key, text in TEXTS.items():
                rows.append(Sentence(text.format(f"w{interview}x{number}"), interview=str(interview)))
                of.append(key)
    return rows, of


def made(rows: Sequence[Sentence], labels: Sequence[Label] = LABELS) -> Material:
    return suggest.materials(rows, [Family(labels)], WordEncoder())[0]


# --- sentences ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It broke. I cried! Why?", ["It broke.", "I cried!", "Why?"]),
        ('She said, "Are we late?" Again.', ['She said, "Are we late?"', "Again."]),
        ("Am 3. Mai kam Dr. Berg, z. B. am Abend.", ["Am 3. Mai kam Dr. Berg, z. B. am Abend."]),
        ("It was... well, no.", ["It was... well, no."]),
        ("坏了。我哭了！", ["坏了。", "我哭了！"]),
        ("One\n\nTwo", ["One", "Two"]),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == found


@given(st.text(alphabet=st.sampled_from("aB .!?\n🚐“”é,"), max_size=1500))
def test_sentences_hold_every_word_once_in_order(text: str) -> None:
    spans = sentences(text)

    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(
        0 < end - start <= LONGEST and text[start:end] == text[start:end].strip() for start, end in spans
    )
    covered = {place for start, end in spans for place in range(start, end)}
    assert all(letter.isspace() for place, letter in enumerate(text) if place not in covered)


def test_a_part_of_a_text_keeps_its_places() -> None:
    assert sentences("No. Yes. Well.", 4, 8) == [(4, 8)]


# --- likely ------------------------------------------------------------------------------------------
def test_without_any_label_the_descriptions_speak() -> None:
    found = made([Sentence("I was afraid and worried"), Sentence("I wanted and hoped"), Sentence("a bike")])

    table = suggest.likely(found, [], [], [0, 1, 2])

    assert [found.keys[column] for column in table.argmax(axis=1)] == ["fear", "wish", "thing"]
    assert table.sum(axis=1) == pytest.approx([1, 1, 1])


def test_labels_of_one_kind_only_change_nothing() -> None:
    found = made([Sentence("I was afraid"), Sentence("I wanted"), Sentence("a bike")])
    assert np.array_equal(
        suggest.likely(found, ["wish"], [0], [0, 1, 2]), suggest.likely(found, [], [], [0, 1, 2])
    )


def test_what_people_coded_outweighs_the_descriptions() -> None:
    rows, of = study(10)
    rows = [Sentence(row.text) for row in rows] + [Sentence("bike w1x0 shop")]
    swapped = {"fear": "fear", "wish": "thing", "thing": "wish"}
    found = made(rows)

    table = suggest.likely(found, [swapped[key] for key in of], range(len(of)), [len(of)])

    assert found.keys[int(table[0].argmax())] == "wish"


def test_the_order_of_the_examples_changes_nothing() -> None:
    rows, of = study(6)
    order = np.random.default_rng(1).permutation(len(rows))
    here = made(rows)
    there = made([rows[place] for place in order])

    one = suggest.likely(here, of, range(len(of)), range(len(of)))
    other = suggest.likely(there, [of[place] for place in order], range(len(of)), range(len(of)))

    assert np.allclose(one[order], other, atol=1e-4)


@pytest.mark.parametrize(
    "texts",
    [[""], ["", ""], ["same"] * 4, ["x" * 10_000], ["🚐", "не знаю", "不知道", "لا أعرف", "the of and"]],
)
def test_anything_said_gets_probabilities(texts: list[str]) -> None:
    found = made([Sentence(text) for text in texts])
    table = suggest.likely(found, ["fear"] * len(texts), range(len(texts)), range(len(texts)))
    assert table.shape == (len(texts), 3)
    assert table.sum(axis=1) == pytest.approx([1] * len(texts))


def test_nothing_said_gets_nothing() -> None:
    found = made([])
    assert suggest.likely(found, [], [], []).shape == (0, 3)
    assert evaluation.evaluate(found, [], []).total == Score()


def test_many_examples_are_thinned_evenly() -> None:
    of = ["a"] * 50 + ["b"] * 4
    assert suggest._evenly(of, range(54), 20) == [*range(40, 54)]


def test_ranking_is_best_first_and_short() -> None:
    table = np.array([[0.1, 0.2, 0.3, 0.4]])
    assert suggest.ranked(table, "abcd") == [[("d", 0.4), ("c", 0.3), ("b", 0.2)]]


# --- held back ---------------------------------------------------------------------------------------
def test_nothing_is_tested_on_its_own_interview() -> None:
    """Each interview has words of its own that say which label it is: only a leak could know them."""
    rows = [Sentence(f"secret{n}", interview=str(n)) for n in range(12)]
    of = ["fear", "wish"] * 6

    found = evaluation.evaluate(made(rows), of, [row.interview for row in rows])

    assert found.total.tested == 12
    assert found.total.first <= 8


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_folds_part_the_interviews_and_hold_each_row_once(interviews: list[int]) -> None:
    names = list(map(str, interviews))
    folds = evaluation._folds(names)

    assert len(folds) == (0 if len(set(names)) == 1 else min(5, len(set(names))))
    for train, test in folds:
        assert {names[row] for row in train} & {names[row] for row in test} == set()
    if folds:
        assert sorted(row for _, test in folds for row in test) == list(range(len(names)))


def test_what_can_be_learned_is_right_and_counted_by_label() -> None:
    rows, of = study(11)
    found = evaluation.evaluate(made(rows), of, [row.interview for row in rows])

    assert found.scores["fear"] == Score(11, 11, 11, 11)
    assert found.total == Score(33, 33, 33, 33)
    assert set(found.curve) == {0, 1, 5}  # no nine interviews hold ten of each
    assert found.curve[5].tested == 33 * evaluation.DRAWS
    assert found.temperature < 1  # always right: more certain than it said


def test_one_interview_is_counted_and_not_tested() -> None:
    rows, of = study(1, each=3)
    found = evaluation.evaluate(made(rows), of, ["0"] * 9)
    assert (found.total, found.curve) == (Score(9, 0, 0, 0), {})


def test_the_same_input_gives_the_same_report() -> None:
    rows, of = study(8)
    interviews = [row.interview for row in rows]
    assert evaluation.evaluate(made(rows), of, interviews) == evaluation.evaluate(made(rows), of, interviews)


# --- codes -------------------------------------------------------------------------------------------
GIVEN = [frozenset({"1"}), frozenset({"1", "2"}), frozenset({"1"}), frozenset({"2"}), frozenset()]


def test_a_code_is_learned_from_three_elements_of_two_interviews() -> None:
    assert suggest.learnable(GIVEN, list("aabcc")) == ("1",)
    assert suggest.learnable(GIVEN, list("aaabb")) == ()


def test_codes_are_suggested_side_by_side() -> None:
    rows = [Sentence(f"theft of the bike w{n}", interview=str(n)) for n in range(6)]
    rows += [Sentence(f"rain on the way w{n}", interview=str(n)) for n in range(6)]
    given = [frozenset({"1"})] * 6 + [frozenset({"2"})] * 6
    rows += [Sentence("theft again"), Sentence("rain again")]
    found = made(rows, [Label("1", ("theft",)), Label("2", ("rain",))])

    table = suggest.likely_codes(found, given, range(12), [12, 13])

    assert table[0][0] > suggest.LIKELY_CODE > table[0][1]
    assert table[1][1] > suggest.LIKELY_CODE > table[1][0]
    scores = evaluation.evaluate_codes(found.at(range(12)), given, [row.interview for row in rows[:12]])
    assert scores == {"1": Score(6, 6, 6, 6), "2": Score(6, 6, 6, 6)}
