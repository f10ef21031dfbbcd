"""Groups of many texts: the same whatever the order, alike with alike, and none where nothing is alike."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from jobs.analysis import default_encoder, scale
from jobs.analysis.embed import unit
from studies.progress import silent
from tests.jobs.verbatims_made import reviews


@pytest.fixture(scope="module")
def sample() -> tuple[list[str], list[str], np.ndarray]:
    rows = reviews(900)
    texts = [text for text, _ in rows]
    return texts, [theme for _, theme in rows], default_encoder().encode(texts)


def test_themes_are_found_and_named(sample: tuple[list[str], list[str], np.ndarray]) -> None:
    texts, themes, vectors = sample
    space = scale.learn(texts, vectors).project(vectors, texts)

    labels, centres = scale.divide(space, report=silent)
    _, similarity = scale.placed(space, centres)
    piles = scale.piles(texts, labels, similarity, len(centres))

    assert adjusted_rand_score(themes, labels) > 0.8
    assert [len(pile.members) for pile in piles] == [int((labels == n).sum()) for n in range(len(centres))]
    assert all(pile.name and pile.phrases for pile in piles)


def test_texts_that_the_encoder_has_not_read_go_to_the_group_of_their_theme(
    sample: tuple[list[str], list[str], np.ndarray],
) -> None:
    texts, themes, vectors = sample
    reader = scale.learn(texts, vectors)
    labels, centres = scale.divide(reader.project(vectors, texts), report=silent)
    file = io.BytesIO()
    reader.save(file, centres)
    file.seek(0)
    others = reviews(1200, seed=8)

    placed, _ = scale.Placer.load(file).place([text for text, _ in others])

    mixed = adjusted_rand_score([*themes, *(theme for _, theme in others)], [*labels, *placed])
    assert mixed > 0.8


def test_the_order_of_the_input_and_a_rerun_change_nothing_but_the_order(
    sample: tuple[list[str], list[str], np.ndarray],
) -> None:
    texts, _, vectors = sample
    space = scale.learn(texts, vectors).project(vectors, texts)

    first, _ = scale.divide(space, report=silent)
    again, _ = scale.divide(space, report=silent)

    assert (first == again).all()


def test_noise_has_no_groups() -> None:
    space = unit(np.random.default_rng(1).normal(size=(3000, scale.AXES)))

    labels, centres = scale.divide(space, report=silent)

    assert (set(labels), len(centres)) == ({-1}, 0)


def test_what_is_far_from_every_centre_stays_outside() -> None:
    centres = np.eye(4, dtype=np.float32)[:2]
    space = unit([[1, 0.1, 0, 0], [0.1, 0.1, 1, 0], [0, 0, 0, 0]])

    labels, similarity = scale.placed(space, centres)

    assert labels.tolist() == [0, -1, -1]
    assert similarity[2] == 0


@pytest.mark.parametrize(
    "texts",
    [
        ["same"] * 40,
        [f"{n}" for n in range(40)],
        ["the of and"] * 20 + ["und der die"] * 20,
        ["🚲" * n for n in range(1, 41)],
        ["a" * 10_000, *[f"مرحبا {n} こんにちは Привет γειά" for n in range(39)]],
    ],
)
def test_garbage_gives_an_answer(texts: list[str]) -> None:
    vectors = default_encoder().encode(texts)
    reader = scale.learn(texts, vectors)
    space = reader.project(vectors, texts)

    labels, centres = scale.divide(space, report=silent)
    _, similarity = scale.placed(space, centres)
    scale.piles(texts, labels, similarity, len(centres))
    placed, _ = scale.placed(reader.read(random.Random(1).sample(texts, 20)), centres)

    assert len(placed) == 20
    assert set(labels) <= {-1, *range(len(centres))}
