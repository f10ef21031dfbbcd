"""Labelled texts to group: public intents, crowd requirements, and the job statements of our own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
SIZES = ((100, 8), (300, 12), (1000, 20))  # queries, intents
SEEDS = range(5)
ALL_INTENTS, HELD_OUT = "banking77, all intents,", "banking77, held-out half,"
RARE_TAG = 40  # requirements that share a tag: a rarer one says more than "smart home" does


@dataclass(frozen=True)
class Sample:
    """`truth` is empty where a text belongs to nothing; `voices` are the people who said it."""

    name: str
    texts: list[str]
    truth: list[str]
    voices: list[str]


def banking() -> Iterator[Sample]:
    """From all intents, and from every other one of the alphabet: all choices were made on the others and
    never on these."""
    queries: dict[str, list[str]] = {}
    for part in ("train", "test"):
        with (SHARED / "banking77" / f"{part}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                queries.setdefault(row["category"], []).append(row["text"])
    every = sorted(queries)
    for name, intents in ((ALL_INTENTS, every), (HELD_OUT, every[0::2])):
        for count, kinds in SIZES:
            for seed in SEEDS:
                yield _drawn(f"{name} {count}", queries, intents, count, kinds, seed)


def _drawn(
    name: str, queries: dict[str, list[str]], intents: list[str], count: int, kinds: int, seed: int
) -> Sample:
    """Uneven: sizes fall with rank^-0.6, and none is under three."""
    rng = np.random.default_rng([count, kinds, seed])
    weights = np.arange(1, kinds + 1) ** -0.6
    sizes = np.maximum(3, np.round(count * weights / weights.sum()).astype(int))
    sizes[0] += count - sizes.sum()
    texts, truth = [], []
    for intent, size in zip(rng.choice(intents, kinds, replace=False).tolist(), sizes.tolist(), strict=True):
        chosen = rng.permutation(len(queries[intent]))[:size]
        texts += [queries[intent][index] for index in chosen]
        truth += [intent] * len(chosen)
    order = rng.permutation(len(texts))
    voices = [f"voice {place % (count // 8)}" for place in range(len(texts))]
    return Sample(name, [texts[index] for index in order], [truth[index] for index in order], voices)


def crowd() -> Iterator[Sample]:
    """The rarest tag that at least three of a sample's requirements share is its weak truth."""
    with (SHARED / "crowdre-smarthome" / "requirements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for seed in SEEDS:
        chosen = np.random.default_rng(seed).permutation(len(rows))[:300]
        yield _tagged([rows[index] for index in chosen])


def _tagged(rows: list[dict[str, str]]) -> Sample:
    tags = [{tag.strip().lower() for tag in row["tags"].split(",")} - {""} for row in rows]
    spread: dict[str, int] = {}
    for own in tags:
        for tag in own:
            spread[tag] = spread.get(tag, 0) + 1
    shared = [sorted(tag for tag in own if 3 <= spread[tag] <= RARE_TAG) for own in tags]
    truth = [min(some, key=lambda tag: spread[tag], default="") for some in shared]
    texts = [f"I want {row['feature']} so that {row['benefit']}" for row in rows]
    return Sample("crowdre-smarthome 300", texts, truth, [row["user_id"] for row in rows])


def own_statements() -> Iterator[Sample]:
    data = json.loads((ROOT / "bench" / "statements.json").read_text(encoding="utf-8"))
    rows = data["statements"]
    yield Sample(
        f"job statements {len(rows)}",
        [row["text"] for row in rows],
        [row["job"] or "" for row in rows],
        [row["person"] for row in rows],
    )


def every_sample() -> list[Sample]:
    found = list(own_statements())
    if (SHARED / "banking77").exists():
        found = [*banking(), *crowd(), *found]
    return found
