"""Grouping: the same answer every time, an answer for everything, and what people decided stays."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.analysis import (
    LsaEncoder,
    Statement,
    UseEncoder,
    cluster_statements,
    default_encoder,
)
from jobs.analysis.name import medoid, shortened, suggested_name
from jobs.phrases import distinguishing
from tests.jobs.statements_sample import GERMAN, JOBS, ODD

ALL = [text for texts in JOBS.values() for text in texts]
LSA = LsaEncoder()


@pytest.fixture(scope="module")
def use():
    return default_encoder()


def statements(texts, start=0):
    return [
        Statement(f"s{index:04d}", text, f"interview-{index % 7}") for index, text in enumerate(texts, start)
    ]


def keys_of(group):
    return {member.key for member in group.members}


def text_of(key, texts):
    return texts[int(key[1:])]


def grouped_with(grouping, key):
    return next((keys_of(group) for group in grouping.groups if key in keys_of(group)), {key})


def pair_precision(grouping, truth):
    """Share of statement pairs in one group that belong to the same job."""
    pairs = [
        (one, other)
        for group in grouping.groups
        for one in keys_of(group)
        for other in keys_of(group)
        if one < other
    ]
    return sum(truth[one] == truth[other] for one, other in pairs) / len(pairs)


# --- Quality ------------------------------------------------------------------------------------------


def test_statements_of_one_job_come_together(use):
    texts = ALL + ODD
    truth = {
        f"s{index:04d}": job for index, job in enumerate(job for job, of in JOBS.items() for _text in of)
    }

    grouping = cluster_statements(statements(texts), encoder=use)

    assert len(grouping.groups) >= 4
    assert pair_precision(grouping, truth | {f"s{index:04d}": index for index in (30, 31, 32)}) > 0.7
    feelings = grouped_with(grouping, "s0024")
    assert {text_of(key, texts) for key in feelings} >= set(JOBS["feel good parent"])


def test_odd_statements_stay_outliers(use):
    grouping = cluster_statements(statements(ALL + ODD), encoder=use)

    assert {"s0030", "s0031"} <= set(grouping.outliers)


def test_unrelated_statements_have_no_clear_groups(use):
    unrelated = [
        *ODD,
        "Grow tomatoes on a balcony",
        "Find a dentist in a new city",
        "Teach a dog to sit",
        "Pay taxes on time",
        "Sleep through the night",
        "Write a wedding speech",
        "Sell an old sofa",
        "Explain death to a child",
        "Choose a university",
        "Paint a ceiling without drips",
        "Remember birthdays of colleagues",
        "Recover from a knee operation",
        "Cross the border with a cat",
        "Argue with a landlord",
        "Watch the stars",
        "Become fluent in Spanish",
        "Keep bees through the winter",
    ]

    for count in (6, 12, 20):
        grouping = cluster_statements(statements(unrelated[:count]), encoder=use)

        assert grouping.groups == ()
        assert len(grouping.outliers) == count


def test_groups_follow_meaning_across_languages(use):
    german = [text for texts in GERMAN.values() for text in texts]

    grouping = cluster_statements(statements(ALL + german), encoder=use)

    mixed = [group for group in grouping.groups if len({int(key[1:]) < 30 for key in keys_of(group)}) == 2]
    assert mixed


def test_every_statement_is_in_one_group_or_an_outlier(use):
    grouping = cluster_statements(statements(ALL + ODD), encoder=use)

    told = [member.key for group in grouping.groups for member in group.members] + list(grouping.outliers)
    assert sorted(told) == [item.key for item in statements(ALL + ODD)]


def test_groups_come_largest_first_with_their_medoid_name_and_voices(use):
    grouping = cluster_statements(statements(ALL), encoder=use)

    sizes = [len(group.members) for group in grouping.groups]
    assert sizes == sorted(sizes, reverse=True)
    for group in grouping.groups:
        assert group.medoid in keys_of(group)
        assert group.name == suggested_name(text_of(group.medoid, ALL))
        assert group.interviews == len({int(key[1:]) % 7 for key in keys_of(group)})
        assert group.cohesion >= 0.15
        assert 0.5 <= group.agreement <= 1
        assert [member.similarity for member in group.members] == sorted(
            (member.similarity for member in group.members), reverse=True
        )


def test_the_answer_names_its_encoder_and_libraries(use):
    grouping = cluster_statements(statements(ALL), encoder=use)

    assert grouping.encoder == "use-multilingual-v3"
    assert set(grouping.versions) == {"numpy", "scipy", "scikit-learn", "encoder"}
    assert grouping.versions["encoder"] == f"{use.name} {use.version}"


# --- The same answer every time -------------------------------------------------------------------------


def test_the_order_of_the_input_changes_nothing(use):
    items = statements(ALL + ODD)
    first = cluster_statements(items, encoder=use)

    for seed in range(3):
        random.Random(seed).shuffle(items)
        assert cluster_statements(items, encoder=use) == first


def test_a_new_encoder_gives_the_same_answer(use):
    items = statements(ALL)

    assert cluster_statements(items, encoder=UseEncoder()) == cluster_statements(items, encoder=use)


def test_vectors_do_not_depend_on_their_company(use):
    alone, among = use.encode([ALL[3]]), use.encode(ALL)

    assert alone.dtype == np.float32
    assert np.abs(alone[0] - among[3]).max() < 1e-5
    assert np.linalg.norm(among, axis=1) == pytest.approx(1, abs=1e-5)


# --- An answer for everything ---------------------------------------------------------------------------

ODD_INPUTS = {
    "nothing": [],
    "one statement": ["Cook dinner"],
    "two statements": ["Cook dinner", "Pay taxes"],
    "all empty": [""] * 5,
    "many empty": [" "] * 40,
    "ten thousand characters": ["a" * 10_000, "word " * 2000, *ALL[:4]],
    "emoji and five scripts": [
        "🍞🥦",
        "🥦",
        "吃晚饭",
        "Приготовить ужин",
        "طبخ العشاء",
        "रात का खाना",
        "δείπνο",
        "😀 😀",
    ],
    "only stop words": ["the", "and the", "of", "und", "oder das", "to be or not to be"] * 4,
    "only signs": ["!!!", "???", "...", "1234", "§", "%"] * 4,
    "zero bytes and surrogates": ["a\x00b", "\ud800", "\u202ebackwards", "﻿", "\n\n"],
    "two statements many times": ["Cook dinner", "Pay taxes"] * 15,
}


@pytest.mark.parametrize("name", ODD_INPUTS)
@pytest.mark.parametrize("kind", ["use", "lsa"])
def test_odd_input_gets_an_answer(name, kind, use):
    items = statements(ODD_INPUTS[name])

    grouping = cluster_statements(items, encoder=use if kind == "use" else LSA)

    told = [member.key for group in grouping.groups for member in group.members] + list(grouping.outliers)
    assert sorted(told) == [item.key for item in items]


def test_too_few_or_empty_statements_make_no_group(use):
    for name in ("nothing", "one statement", "two statements", "all empty", "many empty"):
        assert cluster_statements(statements(ODD_INPUTS[name]), encoder=use).groups == ()


@pytest.mark.parametrize("kind", ["use", "lsa"])
def test_signs_and_digits_say_nothing_and_pictures_do(kind, use):
    signs = ["-", "...", "5", "???", "100 %"]
    pictures = ["🥶🔋", "🔋🥶", "🔋🥶🔋", "🥶🔋🥶"]

    texts = [*ALL, *signs, *pictures]
    grouping = cluster_statements(statements(texts), encoder=use if kind == "use" else LSA)

    outside = {text_of(key, texts) for key in grouping.outliers}
    assert set(signs) <= outside
    assert kind == "lsa" or not set(pictures) & outside


@pytest.mark.parametrize("count", [6, len(ALL)])
def test_texts_that_say_nothing_stand_aside_and_change_nothing(count, use):
    silent = ["n/a", "N.A.", "k. A.", "Keine Angabe.", "xxxx", "the and of", "und oder aber", "No."]
    texts = ALL[:count]

    alone = cluster_statements(statements(texts), encoder=use)
    among = cluster_statements(statements([*texts, *silent]), encoder=use)

    assert {text_of(key, [*texts, *silent]) for key in among.outliers} >= set(silent)
    assert [{text_of(member.key, texts) for member in group.members} for group in alone.groups] == [
        {text_of(member.key, [*texts, *silent]) for member in group.members} for group in among.groups
    ]


@pytest.mark.parametrize("count", [2, 5, 16, 60])
def test_equal_statements_are_one_group(count, use):
    (group,) = cluster_statements(statements(["Cook dinner on weekdays"] * count), encoder=use).groups

    assert len(group.members) == count
    assert (group.cohesion, group.agreement) == (pytest.approx(1, abs=1e-5), 1)
    assert group.members[0].margin is None


def test_two_statements_said_many_times_are_two_groups(use):
    grouping = cluster_statements(statements(ODD_INPUTS["two statements many times"]), encoder=use)

    assert [len(group.members) for group in grouping.groups] == [15, 15]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=24))
def test_any_texts_get_an_answer_from_the_fallback(texts):
    grouping = cluster_statements(statements(texts), encoder=LSA)

    assert len(grouping.outliers) + sum(len(group.members) for group in grouping.groups) == len(texts)


def test_doubled_keys_and_too_many_statements_are_refused_in_words():
    with pytest.raises(ValueError, match="key of its own"):
        cluster_statements([Statement("a", "x", "1"), Statement("a", "y", "1")], encoder=LSA)
    with pytest.raises(ValueError, match="4,001 statements are too many"):
        cluster_statements(statements(["x"] * 4001), encoder=LSA)


class Broken:
    name, version, dim, comparable = "broken", "1", 4, True

    def encode(self, texts):
        return np.full((len(texts), 4), np.nan, dtype=np.float32)


def test_an_encoder_without_numbers_is_refused_by_name():
    with pytest.raises(ValueError, match="encoder broken"):
        cluster_statements(statements(ALL), encoder=Broken())


def test_the_fallback_groups_by_shared_words():
    texts = ["carry heavy bags", "carry heavy bags home", "heavy bags upstairs"] * 4 + [
        "plan dinner tonight",
        "plan a dinner",
        "dinner ideas tonight",
    ] * 4

    grouping = cluster_statements(statements(texts), encoder=LSA)

    assert all(
        len({"bags" in text_of(key, texts) for key in keys_of(group)}) == 1 for group in grouping.groups
    )
    assert grouping.encoder == "tfidf-lsa"


# --- Progress -------------------------------------------------------------------------------------------


def test_progress_runs_from_zero_to_one_and_ends_in_words(use):
    told = []

    cluster_statements(statements(ALL), encoder=use, report=lambda *step: told.append(step))

    fractions = [fraction for fraction, _message in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert len(fractions) >= 6
    assert told[-1][1].endswith("groups")


def test_a_report_may_cancel(use):
    class Cancelled(Exception):
        pass

    def cancel(fraction, _message):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        cluster_statements(statements(ALL), encoder=use, report=cancel)


# --- What people decided ----------------------------------------------------------------------------------


def test_fixed_statements_stay_together_and_apart(use):
    fixed = {"s0000": "A", "s0013": "A", "s0025": "A", "s0024": "B", "s0026": "B", "s0032": "C"}

    grouping = cluster_statements(statements(ALL + ODD), encoder=use, fixed=fixed)

    by_name = {group.fixed: keys_of(group) for group in grouping.groups if group.fixed}
    assert set(by_name) == {"A", "B", "C"}
    assert {key: name for name, keys in by_name.items() for key in keys if key in fixed} == fixed
    assert not set(grouping.outliers) & set(fixed)


def test_new_statements_join_what_was_fixed(use):
    fixed = {f"s{index:04d}": "parents" for index in range(24, 29)}

    grouping = cluster_statements(statements(ALL), encoder=use, fixed=fixed)

    (parents,) = [group for group in grouping.groups if group.fixed == "parents"]
    assert keys_of(parents) >= set(fixed) | {"s0029"}


def test_a_blank_fixed_statement_stays_fixed(use):
    grouping = cluster_statements(statements([*ALL, " "]), encoder=use, fixed={"s0030": "A", "s0000": "A"})

    assert {"s0000", "s0030"} <= grouped_with(grouping, "s0030")


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.integers(0, 29), st.sampled_from("ABC"), max_size=12))
def test_no_fixed_assignment_is_ever_broken(pins):
    fixed = {f"s{index:04d}": name for index, name in pins.items()}

    grouping = cluster_statements(statements(ALL), encoder=LSA, fixed=fixed)

    found = {
        member.key: group.fixed
        for group in grouping.groups
        for member in group.members
        if member.key in fixed
    }
    assert found == fixed


# --- Names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("use up food before it spoils.", "Use up food before it spoils"),
        ("To find a dentist", "Find a dentist"),
        ("I want to cook at once", "Cook at once"),
        ("When I come home late, I want to cook at once so I can go to bed", "Go to bed"),
        ("I want doors that lock so that I am safe", "Doors that lock so that I am safe"),
        ("Wenn es spät ist, möchte ich kochen", "Wenn es spät ist, möchte ich kochen"),
        ("", ""),
        ("🥦", "🥦"),
    ],
)
def test_a_name_is_the_statement_without_its_opening(statement, name):
    assert suggested_name(statement) == name


def test_long_names_are_cut_between_words():
    assert (
        shortened("Carry heavy shopping bags up to the fourth floor", 30) == "Carry heavy shopping bags up…"
    )
    assert len(shortened("x" * 200, 80)) == 80


def test_the_medoid_is_near_the_centre_and_plainly_worded():
    texts = ["Carry bags", "Carry bags home from the shop with a bad back on a rainy day", "Bring bags home"]

    assert medoid(np.array([0.80, 0.85, 0.70]), texts) == 0
    assert medoid(np.array([0.5, 0.5, 0.5]), ["b", "a", "c"]) == 0


def test_phrases_are_frequent_inside_and_rare_outside():
    bags, dinners = distinguishing(
        [
            ["Carry heavy bags home", "Get the heavy bags upstairs", "I want to move heavy bags"],
            ["Plan the dinner", "Find a dinner everyone's fond of", "Don't forget the dinner"],
        ]
    )

    assert bags == ("heavy bags",)
    assert dinners == ("dinner",)


def test_german_template_words_are_no_phrases():
    (phrases,) = distinguishing([["Ich möchte den Einkauf tragen können", "Den Einkauf nach Hause tragen"]])

    assert phrases == ("Einkauf", "tragen")


def test_no_phrase_is_a_fragment():
    phones, thieves = distinguishing(
        [
            ["Der Händler geht nie ans Telefon", "Der Laden geht nie ans Telefon, nie"],
            ["Twice now somebody takes the two hundred euros", "Three times somebody took two hundred euros"],
        ]
    )

    assert phones == ("Telefon",)
    assert thieves == ("two hundred euros",)


def test_phrases_of_one_group_do_not_repeat_each_other():
    (phrases,) = distinguishing(
        [["Know the cost of it", "Know its costs", "See what costs there are, the cost"]]
    )

    assert phrases == ("cost",)


def test_phrases_are_spelled_as_people_write_them():
    (phrases,) = distinguishing([["Großartig, endlich kein Stau", "Großartig war der Spaß"]])

    assert "großartig" in phrases


# --- Speed ------------------------------------------------------------------------------------------------


def test_three_hundred_statements_are_grouped_within_five_seconds(use):
    whose = ["at home", "for my mother", "with two children", "in the village", "after work", "on weekends"]
    texts = [f"{text} {whose[index % 6]}" for index, text in enumerate(ALL * 10)]
    started = time.process_time()

    grouping = cluster_statements(statements(texts), encoder=use)

    assert grouping.groups
    assert time.process_time() - started < 5
