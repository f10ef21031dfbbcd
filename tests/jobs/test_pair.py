"""Two encoders beside each other: English by both, everything else as before."""

import numpy as np
import pytest

from jobs.analysis import PairEncoder, Statement, cluster_statements, default_encoder, default_pair
from jobs.analysis import pair as pair_module
from jobs.analysis.pair import ENGLISH, in_english, parts, space_of
from jobs.analysis.similarity import nearness
from tests.jobs.statements_sample import GERMAN, JOBS, ODD

ENGLISH_TEXTS = [text for texts in JOBS.values() for text in texts]
GERMAN_TEXTS = [text for texts in GERMAN.values() for text in texts]


@pytest.fixture(scope="module")
def both():
    return default_pair()


def statements(texts):
    return [Statement(f"s{index:04d}", text, f"interview-{index % 7}") for index, text in enumerate(texts)]


def similarity(encoder, texts):
    return nearness(*parts(encoder, encoder.encode(texts)), texts).similarity()


def test_the_pair_comes_along(both):
    assert (both.name, both.dim) == ("use-multilingual-v3 + all-minilm-l6-v2", 896)
    assert both is default_pair()


def test_without_the_second_package_the_first_reads_alone(monkeypatch):
    monkeypatch.setattr(pair_module, "find_spec", lambda name: None)

    assert default_pair.__wrapped__() is default_encoder()


def test_only_english_is_read_twice(both):
    meaning, english = parts(both, both.encode([*ENGLISH_TEXTS, *GERMAN_TEXTS]))

    count = len(ENGLISH_TEXTS)
    assert np.linalg.norm(meaning, axis=1) == pytest.approx(np.ones(len(meaning)), abs=1e-5)
    assert np.linalg.norm(english[:count], axis=1) == pytest.approx(np.ones(count), abs=1e-5)
    assert not english[count:].any()


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["the bicycle is here", "das Fahrrad ist hier", "Fahrrad"], [True, False, False]),
        (["the bicycle is here", "we ride", "das ist hier", "Bicycles"], [True, True, False, True]),
        (["Bicycles", "Fahrräder", "自行车"], [False, False, False]),
        ([], []),
    ],
)
def test_what_no_word_gives_away_takes_the_language_of_most(texts, found):
    assert in_english(texts).tolist() == found


def test_other_languages_and_pairs_across_are_compared_as_before(both):
    texts = [*ENGLISH_TEXTS, *GERMAN_TEXTS]
    count = len(ENGLISH_TEXTS)

    alone, paired = (similarity(encoder, texts) for encoder in (default_encoder(), both))

    assert np.array_equal(paired[count:], alone[count:])
    assert not np.allclose(paired[:count, :count], alone[:count, :count], atol=0.05)


def test_a_german_study_has_the_groups_that_one_encoder_makes(both):
    items = statements(GERMAN_TEXTS * 2)

    alone, paired = (cluster_statements(items, encoder=each) for each in (default_encoder(), both))

    assert paired.groups == alone.groups


def test_the_space_has_the_cosines_that_the_vote_uses(both):
    """Up to shared words, which have no directions."""
    meaning, english = parts(both, both.encode(ENGLISH_TEXTS))
    space = space_of(meaning, english, ENGLISH_TEXTS)
    first, second = (space_of(part, part[:, :0], ENGLISH_TEXTS) for part in (meaning, english))

    mixed = (1 - ENGLISH) * first @ first.T + ENGLISH * second @ second.T
    assert space @ space.T == pytest.approx(mixed, abs=1e-6)


def test_the_answer_names_both_encoders(both):
    grouping = cluster_statements(statements(ENGLISH_TEXTS), encoder=both, resamples=0)

    assert grouping.encoder == both.name
    assert grouping.versions["encoder"] == "use-multilingual-v3 0.2.1 by sentencepiece"
    assert grouping.versions["encoder for English"] == f"{both.english.name} {both.english.version}"


def test_neither_order_nor_a_new_pair_changes_the_groups(both):
    items = statements(ENGLISH_TEXTS + ODD + GERMAN_TEXTS)
    fresh = PairEncoder(type(both.broad)(), type(both.english)())

    found = cluster_statements(items, encoder=both)

    assert cluster_statements(items[::-1], encoder=fresh) == found


@pytest.mark.parametrize("texts", [[], ["Only one"], [""] * 20, ["the same"] * 20, ["the", "der", "🙂"] * 7])
def test_odd_input_gets_an_answer(texts, both):
    grouping = cluster_statements(statements(texts), encoder=both)

    told = {member.key for group in grouping.groups for member in group.members} | {*grouping.outliers}
    assert told == {f"s{index:04d}" for index in range(len(texts))}
