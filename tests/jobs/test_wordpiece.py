"""Pieces of words, against the examples that the makers of BERT published with their own code."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.analysis.wordpiece import LONGEST_WORD, WordPieces, _words, vocabulary

PIECES = WordPieces()
NAMES = sorted(vocabulary(), key=vocabulary().__getitem__)
START, END, UNKNOWN = 101, 102, 100


def read(text, most=128):
    return [NAMES[number] for number in PIECES.numbers(text, most)]


def test_the_vocabulary_is_that_of_bert_uncased():
    assert len(NAMES) == 30_522
    assert hashlib.sha256("\n".join([*NAMES, ""]).encode()).hexdigest() == (
        "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" \tHeLLo!how  \n Are yoU?  ", ["hello", "!", "how", "are", "you", "?"]),
        ("H\u00e9llo", ["hello"]),
        ("ah\u535a\u63a8zz", ["ah", "\u535a", "\u63a8", "zz"]),
        ("a\u200bb\x00c\ufffd", ["abc"]),
        ("$5.99^_`", ["$", "5", ".", "99", "^", "_", "`"]),
        ("", []),
    ],
)
def test_texts_are_cut_at_blanks_and_signs(text, found):
    assert _words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("John Johanson's house", ["john", "johan", "##son", "'", "s", "house"]),
        ("unaffable", ["una", "##ffa", "##ble"]),
        ("", []),
        ("\U0001f642 ok", ["[UNK]", "ok"]),
        ("x" * (LONGEST_WORD + 1), ["[UNK]"]),
    ],
)
def test_words_become_the_longest_pieces_that_are_known(text, found):
    assert read(text) == ["[CLS]", *found, "[SEP]"]


def test_what_is_too_long_ends_early():
    assert PIECES.numbers("one two three four", 4) == [START, *PIECES.numbers("one two", 9)[1:-1], END]


@given(st.text(max_size=60))
def test_every_text_has_a_start_and_an_end(text):
    found = PIECES.numbers(text, 12)

    assert (found[0], found[-1]) == (START, END)
    assert 2 <= len(found) <= 12


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_the_quick_way_for_plain_texts_cuts_like_the_other(text):
    unseen = "\u200b"  # which leads off the quick way

    assert _words(text) == _words(text + unseen)
