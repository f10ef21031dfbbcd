"""What is known of the elements before anybody coded, learned from sentences of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviews import kinds
from jobs.analysis import roles, suggest
from jobs.analysis.embed import LsaEncoder
from jobs.analysis.roles import OPINIONS
from jobs.analysis.speech import Sentence, Vectors, softmax, views, words_of
from jobs.analysis.suggest import Family, Label, Material
from jobs.analysis.told import told
from jobs.languages import guess_language
from tests.jobs.test_suggest import WordEncoder

KEYS = ("fear", "wish", "thing")
LABELS = [Label(key) for key in KEYS]
SAID = {
    "fear": ("I was afraid of the {}", "what if the {} breaks"),
    "wish": ("I wanted the {} to be quick", "it had to fit the {}"),
    "thing": ("we used the {} for years", "the other {} was cheaper"),
}
QUESTIONS = {"fear": "What almost stopped you?", "wish": "What was on your list?", "thing": "What else?"}
SUBJECTS = ("boat", "bank", "oven", "tent")
TAUGHT = [
    (key, Sentence(text.format(subject), question=QUESTIONS[key], place=place / 2, interview=subject))
    for subject in SUBJECTS
    for place, key in enumerate(KEYS)
    for text in SAID[key]
]
FAMILY = Family(LABELS, TAUGHT)


def made(rows: Sequence[Sentence], family: Family = FAMILY) -> Material:
    return suggest.materials(rows, [family], WordEncoder())[0]


def opinions(rows: Sequence[Sentence]) -> roles.Array:
    vectors = Vectors([*words_of(rows), *FAMILY.words()], WordEncoder())
    learned = roles.learn(TAUGHT, KEYS, vectors)
    return roles.opinions(rows, views(rows, vectors), learned, vectors.dim)


def best(found: Material, of: Sequence[str] = (), train: Sequence[int] = ()) -> list[str]:
    table = suggest.likely(found, of, train, range(len(found.rows)))
    assert table.sum(axis=1) == pytest.approx([1] * len(found.rows))
    return [found.keys[column] for column in table.argmax(axis=1)]


# --- the sentences -----------------------------------------------------------------------------------
def test_every_element_is_told_in_both_languages_about_many_subjects() -> None:
    spoken = {sentence.interview: sentence.interview.partition(",")[0] for _kind, sentence in told()}
    assert Counter(spoken.values()) == {"en": 77, "de": 33}
    counts = Counter((kind, spoken[sentence.interview]) for kind, sentence in told())
    assert {kind for kind, _language in counts} == set(kinds.BY_CODE)
    assert min(count for (_kind, language), count in counts.items() if language == "en") >= 220
    assert min(count for (_kind, language), count in counts.items() if language == "de") >= 90


def test_no_sentence_is_told_twice_and_each_stands_in_its_answer() -> None:
    texts = [sentence.text for _kind, sentence in told()]
    assert len(set(texts)) == len(texts)
    first = next(
        row for row, (_kind, each) in enumerate(told()) if "freelance photographer" in each.interview
    )
    kind, second = told()[first + 1]
    assert (kind, second.before) == ("habit", texts[first])
    assert (second.after, second.question) == (
        texts[first + 2],
        "How did you do your banking before all this?",
    )
    assert all(0 < sentence.place <= 1 for _kind, sentence in told())


def test_the_language_named_is_the_one_spoken() -> None:
    for language in ("en", "de"):
        spoken = [row.text for _kind, row in told() if row.interview.startswith(language)]
        guesses = Counter(guess_language(" ".join(spoken[start : start + 20])) for start in range(0, 200, 20))
        assert guesses.most_common(1)[0][0] == language


# --- opinions ----------------------------------------------------------------------------------------
def test_roles_are_told_on_a_subject_that_was_never_taught() -> None:
    found = made([Sentence(SAID[key][0].format("violin"), interview=key) for key in KEYS])
    assert best(found) == list(KEYS)


def test_the_question_decides_where_the_words_say_nothing() -> None:
    rows = [Sentence("zzz", question=QUESTIONS[key], interview=key) for key in KEYS]
    assert best(made(rows)) == list(KEYS)


def test_the_sentences_around_count_within_the_interview_only() -> None:
    said = [Sentence(SAID["fear"][0].format("violin"), place=0.5, interview="1", at=at) for at in (0, 20)]
    silent = [Sentence("zzz", place=0.5, interview=interview, at=10) for interview in ("1", "2")]
    found = made([*said, *silent])

    inside, elsewhere = suggest.likely(found, [], [], [2, 3])

    assert inside[0] > elsewhere[0]
    assert elsewhere == pytest.approx(softmax(found.before)[3])


def test_what_people_coded_in_an_interview_tells_of_its_neighbours() -> None:
    rows = [Sentence("zzz", place=0.5, interview="1", at=at) for at in range(3)]
    found = made(rows)

    before = suggest.likely(found, [""] * 3, [], [1])[0]
    after = suggest.likely(found, ["fear", "", "fear"], [0, 2], [1])[0]

    assert after[0] > before[0]


def test_what_was_learned_once_judges_as_what_is_learned_on_the_way() -> None:
    rows = [Sentence(SAID[key][0].format("violin"), place=0.5, interview=key) for key in KEYS]
    vectors = Vectors(FAMILY.words(), WordEncoder())
    learned = Family(LABELS, roles=roles.learn(TAUGHT, KEYS, vectors))

    assert made(rows, learned).before == pytest.approx(made(rows).before)


def test_nothing_to_judge_by_is_no_opinion() -> None:
    assert not opinions([Sentence(""), Sentence("")]).any()
    assert opinions([]).shape == (OPINIONS, 0, 3)


def test_labels_of_one_kind_only_leave_what_is_known_before() -> None:
    rows = [Sentence(SAID[key][1].format("violin")) for key in KEYS]
    assert best(made(rows), ["wish"], [0]) == best(made(rows))


def test_what_people_code_is_worth_more_the_more_there_is() -> None:
    """A study in which "afraid" is what they call a thing."""
    rows = [Sentence(f"I was afraid of the w{number}") for number in range(400)]
    rows += [Sentence(f"it had to fit the w{number}") for number in range(400)]
    of = ["thing"] * 400 + ["wish"] * 400
    found = made(rows)

    few = suggest.likely(found, of, [0, 400], [5])[0]
    many = suggest.likely(found, of, range(800), [5])[0]

    assert found.keys[int(few.argmax())] == "fear"
    assert found.keys[int(many.argmax())] == "thing"


@given(st.permutations(range(6)))
@settings(max_examples=15)
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        Sentence(SAID[key][part].format("violin"), place=part / 2, interview=key, at=part)
        for key in KEYS
        for part in (0, 1)
    ]
    assert np.allclose(made([rows[place] for place in order]).before, made(rows).before[order], atol=1e-3)


@pytest.mark.parametrize(
    "text", ["", "   ", "the of and", "x" * 10_000, "🚐 🚐", "не знаю", "不知道", "لا أعرف", "?!,", "\x00"]
)
def test_anything_said_gets_an_opinion_or_none(text: str) -> None:
    found = made([Sentence(text, text, text, text, None), Sentence(text, place=1.0), Sentence("I wanted it")])
    assert np.isfinite(found.rows).all()
    assert np.isfinite(found.before).all()
    best(found, ["fear", "wish", "thing"], [0, 1, 2])


def test_all_twelve_elements_are_told_apart_without_knowledge_of_the_language() -> None:
    """The fallback encoder, and sentences about a thing that no invented interview is about."""
    family = Family([Label(key) for key in kinds.BY_CODE], told())
    rows = {
        "anxiety": "I was afraid that the violin would crack in the cold.",
        "avoidance": "I did not want to rent a violin ever again.",
        "constraint": "We are not allowed to practise after eight.",
        "solution": "I looked at two old violins and a new one from the internet.",
    }
    sentences = [Sentence(text, interview=key) for key, text in rows.items()]

    one, again = (suggest.materials(sentences, [family], LsaEncoder())[0] for _ in range(2))

    table = suggest.likely(one, [], [], range(len(rows)))
    shown = [{key for key, _share in row} for row in suggest.ranked(table, one.keys)]
    assert [key in row for key, row in zip(rows, shown, strict=True)] == [True] * len(rows)
    assert np.array_equal(one.before, again.before)
