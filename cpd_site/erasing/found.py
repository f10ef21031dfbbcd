"""What erasing a participant reaches: the page shows it, the action does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, JSONField, Model, QuerySet, TextField
from django.db.models.deletion import Collector
from django.utils import timezone

from cpd_site.erasing.words import SHORTEST_TITLE, Words, holds, naming
from interviews.models import (
    Coding,
    Element,
    Interview,
    Participant,
    Quote,
    Transcript,
    TranscriptDraft,
)
from interviews.queries.transcripts import turn_rows
from jobs.models import Approval, Comment, Evidence, Job, Pin, Rating, Suggestion, Verbatim
from jobs.queries.coding_material import spoken_in
from studies.counting import counted
from studies.models import HistoryEntry, Study
from studies.progress import Reporter, silent

Test = Callable[[str], bool]
# Lines of the history never change, so each is read once for the same words; but a transaction may hold one
# back for as long as a run may take
LONGEST = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
# Told on the page, in this order; what else goes is only bookkeeping
NAMES: dict[type[Model], str] = {
    Interview: "interview",
    Transcript: "transcript",
    Quote: "quote",
    Element: "element",
    Coding: "coding",
    Suggestion: "suggestion",
    Job: "job statement",
    Evidence: "evidence link",
    Rating: "rating",
    Approval: "approval",
    Comment: "comment",
    Pin: "pin",
}
# What people say of themselves or others said: a sentence that two people said stays the other one's
OTHERS = {Participant, Interview, Transcript, TranscriptDraft, Quote, Element, Verbatim}
# Where copies may be, if the name of the model does not say it to a person
PLACES = {
    "canvasversion": "kept version of a canvas",
    "cardcomment": "comment on a card",
    "carddecision": "decision about a card",
    "jobcluster": "group",
    "kpireading": "reading of a KPI",
    "run": "background run",
    "snapshotrow": "line of an approved ranking",
}


@dataclass(frozen=True)
class Erasure:
    """`looked` is the same before the transaction that erases: what it has read need not be read again while
    others wait."""

    study: Study
    participant: Participant
    report: Reporter = silent
    looked: Erasure | None = None
    at: datetime = field(default_factory=timezone.now)

    def look(self) -> Erasure:
        """Reads now what would be read when it is asked for."""
        _ = self.copies
        return self

    # --- rows --------------------------------------------------------------------------------------------
    @cached_property
    def rows(self) -> dict[type[Model], set[Any]]:
        """Everything that hangs on the participant, in the trash or not: just what the database deletes."""
        collector = Collector(using=self.participant._state.db or "default", origin=self.participant)
        collector.collect([self.participant])
        found: dict[type[Model], set[Any]] = {}
        for model, instances in collector.data.items():
            found.setdefault(model, set()).update(row.pk for row in instances)
        for rows in collector.fast_deletes:
            found.setdefault(rows.model, set()).update(rows.values_list("pk", flat=True))
        return found

    @property
    def goes(self) -> list[str]:
        """ "32 elements": what goes, as the page tells it."""
        return [
            _counted(len(self.rows[model]), name) for model, name in NAMES.items() if self.rows.get(model)
        ]

    # --- words -------------------------------------------------------------------------------------------
    @cached_property
    def instead(self) -> str:
        return f"[erased on {timezone.localdate():%-d %B %Y}]"

    @cached_property
    def words(self) -> Words:
        """What they said, and what was noted of it."""
        return Words(self._said(), self.instead)

    def _said(self) -> Iterator[str]:
        yield from self._quotes.values_list("text", flat=True)
        for texts in self._elements.values_list("verbatim", "note"):
            yield from texts
        for transcript in self._transcripts:
            yield from (each.text for each in spoken_in(transcript, turn_rows(transcript)))

    @cached_property
    def told(self) -> Words:
        """Besides, for the history: what was written of them, and the names of their files."""
        names = self._transcripts.values_list("filename", flat=True)
        return Words([*self.words.passages, *self.statements, *names], self.instead, SHORTEST_TITLE)

    @cached_property
    def statements(self) -> list[str]:
        return list(Job.with_trash.filter(pk__in=self.rows.get(Job, ())).values_list("statement", flat=True))

    @property
    def _transcripts(self) -> QuerySet[Transcript]:
        found: QuerySet[Transcript] = self.study.transcripts.filter(interview__participant=self.participant)
        return found

    @property
    def _quotes(self) -> QuerySet[Quote]:
        found: QuerySet[Quote] = self.study.quotes.filter(transcript__in=self._transcripts)
        return found

    @property
    def _elements(self) -> QuerySet[Any]:
        trash = self.study.elements(manager="with_trash")
        found: QuerySet[Any] = trash.filter(interview__participant=self.participant)
        return found

    # --- copies ------------------------------------------------------------------------------------------
    @cached_property
    def copies(self) -> dict[type[Model], list[Any]]:
        """Rows that stay and hold their words. Every column of the study that holds text is looked at, so
        that a column that somebody adds is, too."""
        return self._rows_that_stay(lambda model: self.words_for(model).within)

    def _rows_that_stay(self, test: Callable[[type[Model]], Test]) -> dict[type[Model], list[Any]]:
        found = {}
        for done, (model, names) in enumerate(text_columns().items()):
            self.report(done / len(text_columns()), "Looking for copies of it")
            found[model] = list(self._rows_in(model, names, test(model)))
        return {model: pks for model, pks in found.items() if pks}

    def _rows_in(self, model: type[Model], names: list[str], test: Test) -> Iterator[Any]:
        gone = self.rows.get(model, set())
        rows = model._base_manager.filter(study=self.study).order_by().values_list("pk", *names)
        if model is HistoryEntry and self.looked and self.looked.told.passages == self.told.passages:
            yield from self.looked.copies.get(model, ())
            rows = rows.filter(at__gte=self.looked.at - LONGEST)
        for pk, *values in rows.iterator(chunk_size=2000):
            if pk not in gone and holds(values, test):
                yield pk

    def words_for(self, model: type[Model]) -> Words:
        return self.told if model is HistoryEntry else self.words

    @property
    def replaced(self) -> list[str]:
        """ "2 cards": where words are replaced, but for the history, which always tells of them."""
        return _told(self.copies)

    # --- what stays --------------------------------------------------------------------------------------
    @cached_property
    def named(self) -> list[str]:
        """Where colleagues wrote the pseudonym; the history loses it with the lines of what goes."""
        named = naming(self.participant.pseudonym)
        return _told(self._rows_that_stay(lambda model: named))

    @cached_property
    def alone(self) -> list[Job]:
        """Generalised jobs that stand on this person only."""
        mine = self.study.jobs.filter(interview__participant=self.participant, general__isnull=False)
        general = self.study.jobs.filter(pk__in=mine.values("general"))
        others = self.study.jobs.exclude(interview__participant=self.participant)
        return list(general.exclude(pk__in=others.filter(general__isnull=False).values("general")))


def _told(found: dict[type[Model], list[Any]]) -> list[str]:
    return [_counted(len(pks), _place(model)) for model, pks in found.items() if model is not HistoryEntry]


def _counted(count: int, name: str) -> str:
    """ "2 comments on a card"."""
    one, *rest = re.split(r"(?= (?:about|of|on) )", name, maxsplit=1)
    return counted(count, one) + "".join(rest)


def _place(model: type[Model]) -> str:
    return PLACES.get(model._meta.model_name or "", str(model._meta.verbose_name))


@cache
def text_columns() -> dict[type[Model], list[str]]:
    """Models of a study, but for what others said, with the names of their columns that hold text."""
    inside = (
        model for model in apps.get_models() if "study" in {f.name for f in model._meta.concrete_fields}
    )
    found = {model: _texts(model) for model in inside if model not in OTHERS}
    return {model: names for model, names in found.items() if names}


def _texts(model: type[Model]) -> list[str]:
    kinds = (CharField, TextField, JSONField)
    return [f.name for f in model._meta.concrete_fields if isinstance(f, kinds) and not f.choices]
