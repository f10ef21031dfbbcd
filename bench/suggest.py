"""Suggestions on the demo study: how often right on codings held back, and how long a training takes.

Every coded sentence is judged by what was learned from other interviews; the words of an element are the
sentences that its quote touches, without quote its own words. "After five labels" draws five codings of each
element at random from those other interviews, four times. The multiplied study would flatter: its interviews
repeat each other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.table import Figure
from cpd_site.demo.build import build
from jobs.actions.suggestions import train_suggestions
from jobs.queries.suggestions import Accuracy, Point, accuracy, for_the_browser, settings_of
from studies.access import StudyAccess
from studies.models import Run

GOAL_LABELS, GOAL_PERCENT = 5, 92


def measure() -> Iterator[Figure]:
    access = build(password="bench")
    for name in ("first training, sentences encoded", "training again, vectors remembered"):
        seconds, run = _trained(access)
        yield Figure(name, seconds, "s", note=f"{run.result['sentences']:,} sentences suggested for")
    found = accuracy(settings_of(access.study))
    yield from _shares(found)
    transcript = access.study.transcripts.first()
    started = time.perf_counter()
    for_the_browser(transcript)
    yield Figure("suggestions of one transcript read", 1000 * (time.perf_counter() - started), "ms")


def _trained(access: StudyAccess) -> tuple[float, Run]:
    """Without a broker the run is computed at once."""
    started = time.perf_counter()
    run = train_suggestions(access)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.error
    return seconds, run


def _shares(found: Accuracy) -> Iterator[Figure]:
    for point in found.curve:
        yield _point(point)
    total = found.total
    assert total is not None
    low, high = total.first_three.interval or (0, 0)
    note = f"{total.first_three.k} of {total.first_three.n}, 95 % interval {low} to {high}"
    yield Figure(
        "among three, all codings of other interviews", total.first_three.percent or 0, "%", note=note
    )
    for line in found.elements:
        share = line.first_three
        if share.percent is not None:
            note = f"{share.k} of {share.n}"
            yield Figure(f"among three, all codings: {line.name}", share.percent, "%", note=note)


def _point(point: Point) -> Figure:
    goal = GOAL_PERCENT if point.labels == GOAL_LABELS else None
    name = f"among three, {point.labels} labels of each element"
    note = f"first {point.first_percent} %, {point.tested} sentences"
    return Figure(name, point.first_three_percent, "%", goal, note, at_least=True)
