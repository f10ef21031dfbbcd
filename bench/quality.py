"""How good the groups are: ours, TF-IDF with k-means, and BERTopic over MiniLM, on the same texts in one run.

Adjusted Rand index and V-measure over the texts that belong to something; an outlier is a group of its own.
BANKING77 is told twice: all intents, and only those that no choice was made on (bench/samples.py).
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, pstdev

import numpy as np

from bench.samples import ALL_INTENTS, HELD_OUT, Sample, every_sample
from bench.table import Figure
from jobs.analysis import Group, Grouping, Statement, cluster_statements, default_pair
from scripts.services import valkey

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "build" / "peers"
TORCH = "torch"
LEAST_ARI, LEAST_LEAD, MOST_TIME, CERTIFIED_S, LEAST_GAIN = 0.74, 0.10, 0.25, 5.0, 0.04
PINNED_SHARE = 0.02
MOST_PINNED = 600  # statements of a sample in which people are imagined to correct


Correction = tuple[int, bool, tuple[str, str]]  # statements it would put right, tied or kept apart, keys


@dataclass(frozen=True)
class Answer:
    labels: list[int]  # -1: belongs to nothing
    seconds: float


def measure() -> Iterator[Figure]:
    samples, started = every_sample(), time.perf_counter()
    default_pair().encode(["Load the encoder"])
    loading = time.perf_counter() - started
    ours = [_ours(sample) for sample in samples]
    yield from _rows("ours", samples, ours)
    yield from _rows("TF-IDF + k-means", samples, [_k_means(sample) for sample in samples])
    yield from _against_peers(samples, ours, loading)
    again = [_ours(sample).labels for sample in samples[:6]]
    same = sum(one.labels == other for one, other in zip(ours, again, strict=False))
    yield Figure("samples grouped again, identical", same, "", len(again), at_least=True)
    yield _certified(next(sample for sample in samples if 300 <= len(sample.texts) < 1000))
    yield from _pins(samples)


def _items(sample: Sample) -> list[Statement]:
    rows = zip(sample.texts, sample.voices, strict=True)
    return [Statement(f"{place:05}", text, voice) for place, (text, voice) in enumerate(rows)]


def _ours(sample: Sample) -> Answer:
    started = time.perf_counter()
    grouping = cluster_statements(_items(sample), encoder=default_pair(), resamples=0)
    return Answer(_labels(grouping, len(sample.texts)), time.perf_counter() - started)


def _labels(grouping: Grouping, count: int) -> list[int]:
    labels = [-1] * count
    for place, group in enumerate(grouping.groups):
        for member in group.members:
            labels[int(member.key)] = place
    return labels


def _k_means(sample: Sample) -> Answer:
    """The usual way: the number of groups by the best silhouette."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import silhouette_score

    started = time.perf_counter()
    table = TfidfVectorizer(sublinear_tf=True).fit_transform(sample.texts)
    most = int(2 * np.sqrt(len(sample.texts)))
    tries = [KMeans(count, n_init=3, random_state=0).fit_predict(table) for count in range(2, most, 3)]
    best = max(tries, key=lambda labels: silhouette_score(table, labels))
    return Answer(best.tolist(), time.perf_counter() - started)


def _against_peers(samples: Sequence[Sample], ours: Sequence[Answer], loading: float) -> Iterator[Figure]:
    told = _peers(samples)
    if isinstance(told, str):
        yield Figure("BERTopic + MiniLM", 0, "", note=told)
        return
    theirs = [Answer(**answer) for answer in told["answers"]]
    yield from _rows("BERTopic + MiniLM", samples, theirs)
    spent = [loading, told["loaded"]]
    for name in (ALL_INTENTS, HELD_OUT):
        some = [row for row in zip(samples, ours, theirs, strict=True) if row[0].name.startswith(name)]
        if not some:
            continue
        leads = [_ari(sample, one) - _ari(sample, other) for sample, one, other in some]
        note = f"± {pstdev(leads):.2f}"
        yield Figure(f"{name} above BERTopic", mean(leads), "ARI", LEAST_LEAD, note, at_least=True)
        spent[0] += sum(one.seconds for _sample, one, _other in some)
        spent[1] += sum(other.seconds for _sample, _one, other in some)
    share = spent[0] / spent[1]
    yield Figure("banking77: our time as a share of BERTopic's, loading included", share, "×", MOST_TIME)


def _peers(samples: Sequence[Sample]) -> dict | str:
    """Their answers, or why there are none."""
    python = PEERS / "bin" / "python"
    if not python.exists() and not _installed():
        return "cannot be installed here"
    texts = json.dumps([sample.texts for sample in samples])
    command = [str(python), str(ROOT / "bench" / "peers.py")]
    done = subprocess.run(command, input=texts, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else "failed to run"


def _installed() -> bool:
    pip = [str(PEERS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    commands = [
        [sys.executable, "-m", "venv", str(PEERS)],
        [*pip, "--no-deps", "--require-hashes", "-r", str(ROOT / "requirements" / "bench.txt")],
        [*pip, TORCH],
    ]
    return all(subprocess.run(command).returncode == 0 for command in commands)


def _rows(who: str, samples: Sequence[Sample], answers: Sequence[Answer]) -> Iterator[Figure]:
    names = list(dict.fromkeys(sample.name for sample in samples))
    found: dict[str, list[float]] = {}
    for name in names:
        some = [pair for pair in zip(samples, answers, strict=True) if pair[0].name == name]
        found[name] = [_ari(*pair) for pair in some]
        groups = mean(len({label for label in answer.labels if label >= 0}) for _sample, answer in some)
        true = mean(len(set(sample.truth) - {""}) for sample, _answer in some)
        note = f"± {pstdev(found[name]):.2f}, V {mean(_v_measure(*pair) for pair in some):.2f}, "
        note += f"{groups:.1f} groups of {true:.1f}, "
        note += f"{mean(answer.seconds for _sample, answer in some):.2f} s"
        yield Figure(f"{who}: {name}", mean(found[name]), "ARI", note=note)
    limit = LEAST_ARI if who == "ours" else None
    for draw in (ALL_INTENTS, HELD_OUT):
        if values := [value for name in names if name.startswith(draw) for value in found[name]]:
            note = f"± {pstdev(values):.2f} over {len(values)} samples"
            yield Figure(f"{who}: {draw} mean", mean(values), "ARI", limit, note, at_least=True)


def _told(sample: Sample, answer: Answer) -> tuple[list[str], list[int]]:
    """Truth and answer where there is a truth; each outlier a group of its own."""
    rows = [place for place, truth in enumerate(sample.truth) if truth]
    labels = [answer.labels[place] if answer.labels[place] >= 0 else -1 - place for place in rows]
    return [sample.truth[place] for place in rows], labels


def _ari(sample: Sample, answer: Answer) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(*_told(sample, answer)))


def _v_measure(sample: Sample, answer: Answer) -> float:
    from sklearn.metrics import v_measure_score

    return float(v_measure_score(*_told(sample, answer)))


def _certified(sample: Sample) -> Figure:
    """From the press of the button to the stored groups, by a real worker; nothing is remembered."""
    texts = json.dumps(list(zip(sample.texts, sample.voices, strict=True))[:300])
    command, name = [sys.executable, "-m", "bench.certified"], "300 statements grouped, named, certified"
    with valkey() as url:
        told = subprocess.check_output(
            command, input=texts, text=True, cwd=ROOT, env=os.environ | {"REDIS_URL": url}
        )
    return Figure(f"{name}; a worker's first work", float(told), "s", CERTIFIED_S)


def _pins(samples: Sequence[Sample]) -> Iterator[Figure]:
    """What a person would correct: a group's strangers against its medoid, halves of one truth together."""
    gains, broken = [], 0
    for sample in samples:
        if len(sample.texts) > MOST_PINNED or sample.name.startswith("crowdre"):
            continue
        items, encoder = _items(sample), default_pair()
        free = cluster_statements(items, encoder=encoder, resamples=0)
        together, apart = _corrections(sample, free)
        held = cluster_statements(items, encoder=encoder, together=together, apart=apart, resamples=0)
        before, after = (_labels(grouping, len(items)) for grouping in (free, held))
        touched = {int(key) for pair in (*together, *apart) for key in pair}
        rest = Sample("", sample.texts, _without(sample.truth, touched), sample.voices)
        gains.append(_ari(rest, Answer(after, 0)) - _ari(rest, Answer(before, 0)))
        broken += sum(after[int(one)] != after[int(other)] for one, other in together)
        broken += sum(after[int(one)] == after[int(other)] >= 0 for one, other in apart)
    yield Figure("pins broken", broken, "", 0)
    note = f"± {pstdev(gains):.2f} over {len(gains)} samples; the worst first, 2 % of the statements"
    yield Figure("ARI that pins add among the unpinned", mean(gains), "ARI", LEAST_GAIN, note, at_least=True)


def _without(truth: Sequence[str], touched: set[int]) -> list[str]:
    return ["" if place in touched else what for place, what in enumerate(truth)]


def _corrections(sample: Sample, grouping: Grouping) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The worst first: two groups of one truth, and a truth that strayed into a group, told by the most
    doubtful of its statements; each weighs as many statements as it would put right."""
    wanted = max(2, round(PINNED_SHARE * len(sample.texts)))
    found = sorted([*_halves(sample, grouping), *_strangers(sample, grouping)], reverse=True)[:wanted]
    ties, parts = ([pair for _weight, tied, pair in found if tied == kind] for kind in (True, False))
    return ties, parts


def _halves(sample: Sample, grouping: Grouping) -> Iterator[Correction]:
    """Groups come largest first, so the second is the half that would move."""
    for one, other in itertools.combinations(grouping.groups, 2):
        if _true(sample, one.medoid, other.medoid) and _majority(sample, one) == _majority(sample, other):
            yield len(other.members), True, (one.medoid, other.medoid)


def _strangers(sample: Sample, grouping: Grouping) -> Iterator[Correction]:
    for group in grouping.groups:
        main, strays = sample.truth[int(group.medoid)], defaultdict[str, list[str]](list)
        for member in group.members:  # the nearest first
            strays[sample.truth[int(member.key)]].append(member.key)
        if main == _majority(sample, group):
            for keys in (keys for truth, keys in strays.items() if truth not in ("", main)):
                yield len(keys), False, (keys[-1], group.medoid)


def _true(sample: Sample, one: str, other: str) -> bool:
    return sample.truth[int(one)] == sample.truth[int(other)] != ""


def _majority(sample: Sample, group: Group) -> str:
    told = [sample.truth[int(member.key)] for member in group.members]
    return max(sorted(set(told)), key=told.count)
