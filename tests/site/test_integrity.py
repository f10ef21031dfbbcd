"""`manage.py check_integrity` finds what must never be, and says nothing of what customers said."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.models import Quote, Transcript, Turn
from jobs.models import Evidence, Job
from studies.access import StudyAccess
from tests import factories as make
from tests.architecture.populated import populate


def findings() -> list[str]:
    out = StringIO()
    with suppress(CommandError):
        call_command("check_integrity", stdout=out)
    return [line.strip() for line in out.getvalue().splitlines() if line.startswith("    ")]


def test_a_healthy_study_passes(owner: StudyAccess) -> None:
    ids = populate(owner)
    text = Transcript.objects.get(pk=ids["transcript_id"]).text
    Transcript.objects.update(text_digest=hashlib.sha256(text.encode()).hexdigest())

    assert findings() == []


def test_a_quote_that_left_its_span_is_found_and_not_repeated(owner: StudyAccess) -> None:
    quote = Quote.objects.get(pk=populate(owner)["quote_id"])
    Quote.objects.update(text="secret words")

    place = f"at {quote.start} to {quote.end} of transcript {quote.transcript_id}"
    assert findings() == [f"quote {quote.pk}: its words do not stand {place}"]


def test_a_changed_transcript_is_found(owner: StudyAccess) -> None:
    transcript = make.make_transcript(make.make_interview(owner.study), text_digest="0" * 64)

    assert findings() == [f"transcript {transcript.pk}: its text is not the one that was imported"]


def test_a_turn_outside_its_text_is_found(owner: StudyAccess) -> None:
    transcript = make.make_transcript(make.make_interview(owner.study))
    Turn.objects.filter(number=1).update(end=10_000)

    assert findings() == [f"transcript {transcript.pk}: turn 1 overlaps its neighbour or leaves the text"]


def test_a_person_whom_lists_would_sort_by_an_older_pseudonym_is_found(owner: StudyAccess) -> None:
    person = make.make_participant(owner.study, pseudonym="Ines 2")
    owner.study.participants.update(pseudonym="Ines 10")

    assert findings() == [f"participant {person.pk}: lists sort it by another pseudonym"]


def test_a_row_that_points_into_another_study_is_found(owner: StudyAccess, outsider: StudyAccess) -> None:
    job = make.make_job(owner.study)
    element = make.make_element(make.make_interview(outsider.study))
    evidence = Evidence.objects.create(study=owner.study, job=job, element=element)

    assert findings() == [f"evidence {evidence.pk}: its element belongs to another study"]


def test_an_element_with_a_foreign_quote_is_found(owner: StudyAccess) -> None:
    quote = make.make_quote(make.make_transcript(make.make_interview(owner.study)), "The old van died.")
    element = make.make_element(make.make_interview(owner.study), quote=quote)

    assert findings() == [f"element {element.pk}: its quote is from another interview"]


def test_a_cycle_on_the_job_map_is_found(owner: StudyAccess) -> None:
    one, two = make.make_job(owner.study), make.make_job(owner.study)
    Job.objects.filter(pk=one.pk).update(parent=two)
    Job.objects.filter(pk=two.pk).update(parent=one)

    assert findings() == [f"job {job.pk}: it stands under itself on the job map" for job in (one, two)]


def test_a_study_without_an_owner_is_found(owner: StudyAccess) -> None:
    owner.study.memberships.all().delete()

    assert findings() == [f"study {owner.study.slug}: nobody who can sign in owns it"]


def test_the_command_ends_with_an_error_if_something_is_wrong(owner: StudyAccess) -> None:
    owner.study.memberships.all().delete()

    with pytest.raises(CommandError, match="1 findings"):
        call_command("check_integrity", stdout=StringIO())
