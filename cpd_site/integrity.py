"""What must be true of the stored data: each check yields sentences about rows that break it.

Sentences name ids, never what a customer said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import F

from interviews.models import Element, Participant, Quote, Transcript
from interviews.natural import natural_key
from jobs.models import Evidence, Job
from studies.models import Study, StudyOwned
from studies.roles import Role

Check = Callable[[], Iterator[str]]


def quotes_are_their_spans() -> Iterator[str]:
    """A quote is a span of a text that never changes: the words must stand there, letter for letter."""
    rows = Quote.objects.order_by("transcript").values_list("pk", "transcript", "start", "end", "text")
    text, current = "", None
    for pk, transcript, start, end, words in rows.iterator(chunk_size=500):
        if transcript != current:
            current, text = transcript, Transcript.objects.values_list("text", flat=True).get(pk=transcript)
        if text[start:end] != words:
            yield f"quote {pk}: its words do not stand at {start} to {end} of transcript {transcript}"


def transcripts_are_unchanged() -> Iterator[str]:
    rows = Transcript.objects.exclude(text_digest="").values_list("pk", "text", "text_digest")
    for pk, text, digest in rows.iterator(chunk_size=20):
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            yield f"transcript {pk}: its text is not the one that was imported"


def turns_lie_inside_their_text() -> Iterator[str]:
    for transcript in Transcript.objects.order_by("pk").iterator(chunk_size=20):
        end = 0
        for number, start, stop in transcript.turns.order_by("number").values_list("number", "start", "end"):
            if not end <= start <= stop <= len(transcript.text):
                yield f"transcript {transcript.pk}: turn {number} overlaps its neighbour or leaves the text"
            end = stop


def no_row_points_into_another_study() -> Iterator[str]:
    for model in apps.get_models():
        if not issubclass(model, StudyOwned):
            continue
        for field in model._meta.concrete_fields:
            if (
                field.is_relation
                and isinstance(field.related_model, type)
                and issubclass(field.related_model, StudyOwned)
            ):
                astray = model._base_manager.exclude(**{field.name: None})
                astray = astray.exclude(**{f"{field.name}__study": F("study")})
                for pk in astray.values_list("pk", flat=True)[:20]:
                    yield f"{model._meta.model_name} {pk}: its {field.name} belongs to another study"


def elements_quote_their_own_interview() -> Iterator[str]:
    astray = Element.with_trash.exclude(quote=None).exclude(quote__transcript__interview=F("interview"))
    for pk in astray.values_list("pk", flat=True):
        yield f"element {pk}: its quote is from another interview"


def evidence_is_an_element_or_a_quote() -> Iterator[str]:
    for pk, element, quote in Evidence.objects.values_list("pk", "element", "quote").iterator():
        if (element is None) == (quote is None):
            yield f"evidence {pk}: it must be an element or a quote"


def the_job_map_has_no_cycles() -> Iterator[str]:
    parent = dict(Job._base_manager.exclude(parent=None).values_list("pk", "parent"))
    for start in parent:
        seen, here = {start}, parent.get(start)
        while here is not None and here not in seen:
            seen.add(here)
            here = parent.get(here)
        if here == start:
            yield f"job {start}: it stands under itself on the job map"


def pseudonyms_stand_in_their_order() -> Iterator[str]:
    for pk, name, key in Participant._base_manager.values_list("pk", "pseudonym", "sort_key").iterator():
        if key != natural_key(name):
            yield f"participant {pk}: lists sort it by another pseudonym"


def every_study_has_an_owner() -> Iterator[str]:
    owned = Study.objects.filter(memberships__role=Role.OWNER, memberships__user__is_active=True)
    for slug in Study.objects.exclude(pk__in=owned).values_list("slug", flat=True):
        yield f"study {slug}: nobody who can sign in owns it"


def every_reference_exists() -> Iterator[str]:
    """SQLite keeps what foreign keys promise only where they were on; PostgreSQL always does."""
    if connection.vendor != "sqlite":
        return
    try:
        connection.check_constraints()
    except IntegrityError as error:
        yield str(error).partition(" contains")[0]


CHECKS: dict[str, Check] = {
    "every reference exists": every_reference_exists,
    "no row points into another study": no_row_points_into_another_study,
    "transcripts are unchanged": transcripts_are_unchanged,
    "turns lie inside their text": turns_lie_inside_their_text,
    "quotes are their spans": quotes_are_their_spans,
    "elements quote their own interview": elements_quote_their_own_interview,
    "evidence is an element or a quote": evidence_is_an_element_or_a_quote,
    "the job map has no cycles": the_job_map_has_no_cycles,
    "pseudonyms stand in their order": pseudonyms_stand_in_their_order,
    "every study has an owner": every_study_has_an_owner,
}
