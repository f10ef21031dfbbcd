"""Suggestions: switched on and decided by people, trained in the background, never mixed with codings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from interviews.actions.codes import give_code
from interviews.actions.quotes import code_span
from interviews.models import Code, Element, Transcript
from jobs.models import Suggestion, SuggestionModel
from jobs.queries.coding_material import coded_spans, count_labels, labelled_elements
from jobs.queries.suggestions import RUN_KIND, settings_of, touching, under_way
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.queue import digest, enqueue
from studies.roles import Verb

register_verbs(
    {
        "suggestions.on": "switched suggestions on in",
        "suggestions.off": "switched suggestions off in",
        "suggestions.trained": "trained the suggestions on",
    }
)
NEW_LABELS, NEW_SHARE = 10, 0.1  # so many new codings, and at least this share of the old ones, train anew


class SuggestRefused(Exception):
    """Why there is nothing to train, in words for the person who asked."""


def switch_suggestions(access: StudyAccess, *, on: bool) -> SuggestionModel:
    """For everybody in the study. Switching on trains where that was never done or much was coded since."""
    access.require(Verb.CODE)
    with transaction.atomic():
        model, _ = SuggestionModel.objects.get_or_create(study=access.study)
        if model.on != on:
            model.on = on
            model.save(update_fields=["on"])
            record(access, "suggestions.on" if on else "suggestions.off", access.study)
        if on:
            retrain_if_due(access)
    return model


def train_suggestions(access: StudyAccess) -> Run:
    """Queues a training; one under way over the same codings is that one. Raises SuggestRefused."""
    access.require(Verb.CODE)
    if not access.study.transcripts.filter(interview__deleted_at=None).exists():
        raise SuggestRefused("There is no transcript to suggest anything for. Import one first.")
    seen = [(row.pk, row.version) for row in labelled_elements(access.study)]
    codings = list(access.study.codings.order_by("pk").values_list("pk", flat=True))
    transcripts = list(access.study.transcripts.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        return enqueue(access, RUN_KIND, params={}, input_digest=digest([seen, codings, transcripts]))


def retrain_if_due(access: StudyAccess) -> None:
    """After coding: trains anew once enough has changed. Cheap where suggestions are off."""
    model = settings_of(access.study)
    if not model.on or not access.may(Verb.CODE) or under_way(access.study):
        return
    changed = abs(count_labels(access.study) - model.labels)
    if model.trained_at and changed < max(NEW_LABELS, NEW_SHARE * model.labels):
        return
    try:
        train_suggestions(access)
    except SuggestRefused:
        return


@dataclass(frozen=True)
class Ranked:
    """What a training suggests for the words from `start` to `end` of a transcript: `ranking` holds elements
    and codes, the likeliest first, each with its probability."""

    transcript: int
    start: int
    end: int
    ranking: dict[str, list[list[Any]]]


def store_training(
    access: StudyAccess,
    *,
    run: Run,
    encoder: str,
    labels: int,
    report: dict[str, dict[str, int | float]],
    ranked: Iterable[Ranked],
) -> int:
    """Replaces what nobody decided on. Returns how many suggestions there are now.

    What people coded or decided while the run was computing stays theirs: no suggestion lies on it.
    """
    access.require(Verb.CODE)
    facts = {"encoder": encoder, "labels": labels, "report": report, "run": run}
    with transaction.atomic():
        stored = _replace_open(access, ranked)
        SuggestionModel.objects.update_or_create(
            study=access.study, defaults=facts | {"trained_at": timezone.now()}
        )
        record(access, "suggestions.trained", run, label=f"{labels} codings", suggestions=stored)
    return stored


def _replace_open(access: StudyAccess, ranked: Iterable[Ranked]) -> int:
    by_transcript: dict[int, list[Ranked]] = defaultdict(list)
    for each in ranked:
        by_transcript[each.transcript].append(each)
    access.study.suggestions.filter(state=Suggestion.State.OPEN).delete()
    transcripts = access.study.transcripts.filter(pk__in=by_transcript).defer("text")
    return sum(_store(access, transcript, by_transcript[transcript.pk]) for transcript in transcripts)


def _store(access: StudyAccess, transcript: Transcript, rows: Sequence[Ranked]) -> int:
    decided = access.study.suggestions.filter(transcript=transcript).values_list("start", "end")
    taken = [*coded_spans(transcript), *decided]
    free = [
        Suggestion(
            study=access.study, transcript=transcript, start=row.start, end=row.end, ranked=row.ranking
        )
        for row in rows
        if not any(low < row.end and high > row.start for low, high in taken)
    ]
    return len(Suggestion.objects.bulk_create(free, batch_size=500))


# --- what people do with them ------------------------------------------------------------------------
def accept_suggestion(
    access: StudyAccess,
    *,
    transcript: Transcript,
    start: int,
    end: int,
    kind: str,
    client_id: UUID | str,
    codes: Iterable[Code] = (),
) -> Element:
    """An element of the person's own, as if coded by hand; the suggestions below it remember what was chosen.

    Raises ValueError for a bad span and ValidationError for a bad kind.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        element = code_span(
            access, transcript=transcript, start=start, end=end, kind=kind, client_id=client_id
        )
        for code in codes:
            give_code(access, element=element, code=code)
        _decide(access, transcript, start, end, Suggestion.State.ACCEPTED, kind)
    return element


def decide_suggestion(
    access: StudyAccess, *, transcript: Transcript, start: int, end: int, state: Suggestion.State
) -> int:
    """Rejects the suggestions of these words, or opens them again; returns how many."""
    access.require(Verb.CODE)
    return _decide(access, transcript, start, end, state, "")


def _decide(
    access: StudyAccess, transcript: Transcript, start: int, end: int, state: Suggestion.State, chosen: str
) -> int:
    by, at = (None, None) if state == Suggestion.State.OPEN else (access.user, timezone.now())
    return touching(transcript, start, end).update(state=state, chosen=chosen, by=by, at=at)
