"""Invented reviews of bicycles in known themes, for the tests of verbatims."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.actions import verbatims as actions
from jobs.models import VerbatimSource
from studies.access import StudyAccess

MAPPING = {"text": "Review", "segment": "", "date": "", "order": "day"}
THEMES = {
    "battery": "The battery {is empty|dies|gives up|runs flat} after {ten|twelve|a few|twenty} kilometres "
    "{in winter|when it is cold|uphill|with two children}",
    "rain": "The rain cover {leaks|lets water in|drips} and the {children|kids|girls|boys} get wet "
    "{on the way to nursery|every time|when it pours|at the zip}",
    "theft": "Somebody {stole|tried to steal|took} {it|the bike|our bike} "
    "from {the yard|the street|the cellar} although {it was locked|I locked it|the lock was on}",
    "service": "The shop {never answers|does not answer|ignores} my {mails|calls|messages} about "
    "{the repair|a spare part|the warranty|the brake}",
    "price": "It costs {too much|a fortune|more than our car} and {the price|the instalment} "
    "{went up|rises every year|hurts|was not clear}",
}


def worded(template: str, rng: random.Random) -> str:
    while "{" in template:
        before, _, rest = template.partition("{")
        inside, _, after = rest.partition("}")
        template = before + rng.choice(inside.split("|")) + after
    return template


def reviews(count: int, seed: int = 7) -> list[tuple[str, str]]:
    """(text, theme), all texts different."""
    rng, found = random.Random(seed), {}
    openings = ["", "Honestly, ", "Sadly ", "We have it for {two|three|six} months: ", "To be fair, "]
    endings = [
        "",
        "!",
        ".",
        ", every {week|day|month}",
        ", {again|as always|once more}",
        " in {May|June|July}",
    ]
    while len(found) < count:
        theme = rng.choice(sorted(THEMES))
        text = worded(rng.choice(openings) + THEMES[theme] + rng.choice(endings), rng)
        found.setdefault(f"{text} ({len(found) % 97})", theme)
    return list(found.items())


def as_csv(rows: list[Any], head: tuple[str, ...] = ("Review",)) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    return file.getvalue().encode()


def upload(access: StudyAccess, data: bytes, name: str = "reviews.csv", **mapping: str) -> VerbatimSource:
    file = SimpleUploadedFile(name, data)
    return actions.upload_source(
        access, file=file, name="Reviews 2026", kind="reviews", mapping=MAPPING | mapping
    )


def imported(access: StudyAccess, data: bytes, name: str = "reviews.csv", **mapping: str) -> VerbatimSource:
    """A source with its rows; runs work in this process. Needs callbacks on commit to be executed."""
    source = upload(access, data, name, **mapping)
    actions.import_source(access, source=source, mapping=source.mapping)
    source.refresh_from_db()
    return source


def grouped(access: StudyAccess, count: int = 200) -> VerbatimSource:
    source = imported(access, as_csv([(text,) for text, _ in reviews(count)]))
    actions.start_grouping(access, source=source)
    source.refresh_from_db()
    return source
