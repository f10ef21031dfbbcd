"""Names that end in numbers stand in the order in which people count, wherever people are listed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cpd_site.archive.load import load_archive
from cpd_site.archive.read import read_archive
from cpd_site.archive.write import write_archive
from cpd_site.exports import TABLES
from interviews.actions.participants import add_participant, edit_participant, import_participants
from interviews.models import Participant
from interviews.natural import LONGEST, natural_key
from interviews.roster import read_roster
from jobs.queries.jobs import filtered_jobs
from studies.access import StudyAccess
from tests import factories as make

MIXED = ["Marek 10", "Ömer", "marek 2", "Marek 1", "I-10", "I-9", "Zoe", "2 Ana", "10 Ana"]
ORDERED = ["2 Ana", "10 Ana", "I-9", "I-10", "Marek 1", "marek 2", "Marek 10", "Ömer", "Zoe"]


Login = Callable[[StudyAccess], Client]


# --- the key -----------------------------------------------------------------------------------------
def test_numbers_are_counted_and_capitals_and_accents_do_not_matter() -> None:
    assert sorted(MIXED, key=natural_key) == ORDERED


@given(st.integers(0, 10**30), st.integers(0, 10**30), st.text(max_size=8))
def test_the_larger_number_comes_later(one: int, other: int, after: str) -> None:
    before, later = sorted((one, other))
    keys = [natural_key(f"P {number} {after}") for number in (before, later)]
    assert (keys[0] < keys[1]) == (one != other)


def test_the_same_number_in_more_digits_is_the_same_place() -> None:
    assert natural_key("I-04") == natural_key("I-4")
    assert natural_key("I-000") == natural_key("I-0")


@given(st.text(max_size=60))
def test_every_key_fits_its_column(name: str) -> None:
    assert len(natural_key(name)) <= LONGEST


# --- written with each pseudonym ---------------------------------------------------------------------
def test_who_is_added_imported_or_renamed_stands_in_their_place(owner: StudyAccess) -> None:
    add_participant(owner, pseudonym=" Marek 10 ")
    roster = read_roster("pseudonym\nMarek 9\nMarek 2\n")
    import_participants(owner, rows=roster.rows)
    person = add_participant(owner, pseudonym="Ana")
    edit_participant(owner, participant=person, seen=person.version, pseudonym="Marek 3")

    assert [str(each) for each in owner.study.participants.all()] == [
        "Marek 2",
        "Marek 3",
        "Marek 9",
        "Marek 10",
    ]


def test_the_people_of_an_earlier_version_get_their_place(owner: StudyAccess) -> None:
    people = [make.make_participant(owner.study, pseudonym=name) for name in MIXED]
    people[0].deleted_at = people[0].created_at
    people[0].save()
    Participant.with_trash.update(sort_key="")

    import_module("interviews.migrations.0003_pseudonyms_in_natural_order").fill(apps, None)

    assert [str(each) for each in Participant.with_trash.all()] == ORDERED


def test_an_archive_puts_people_into_their_place(owner: StudyAccess, outsider: StudyAccess) -> None:
    for name in MIXED:
        make.make_participant(owner.study, pseudonym=name)

    load_archive(outsider, read_archive("".join(write_archive(owner)).encode()))

    assert [str(each) for each in outsider.study.participants.all()] == ORDERED


# --- where people are listed -------------------------------------------------------------------------
@pytest.fixture
def study_of_many(owner: StudyAccess) -> StudyAccess:
    for name in MIXED:
        interview = make.make_interview(
            owner.study, participant=make.make_participant(owner.study, pseudonym=name)
        )
        make.make_element(interview)
        make.make_job(owner.study, interview=interview, statement=f"Get {name} to work")
    return owner


def test_lists_tables_pickers_and_the_matrix(study_of_many: StudyAccess, login: Login) -> None:
    client, slug = login(study_of_many), study_of_many.study.slug
    got: dict[str, Any] = {
        name: client.get(reverse(name, args=[slug])).context
        for name in ("interviews:participants", "interviews:list", "jobs:list", "jobs:matrix", "jobs:desks")
    }

    assert [row.pseudonym for row in got["interviews:participants"]["page"]] == ORDERED
    assert [row.participant.pseudonym for row in got["interviews:list"]["page"]] == ORDERED
    assert [
        row.participant.pseudonym for row in got["jobs:list"]["form"].fields["interview"].queryset
    ] == ORDERED
    assert [row.participant.pseudonym for row in got["jobs:matrix"]["matrix"].columns] == ORDERED
    jobs = filtered_jobs(study_of_many.study)
    assert [job.interview.participant.pseudonym for job in jobs if job.interview] == ORDERED


def test_the_table_of_participants_backwards_and_by_segment(study_of_many: StudyAccess, login: Login) -> None:
    client, address = (
        login(study_of_many),
        reverse("interviews:participants", args=[study_of_many.study.slug]),
    )
    study_of_many.study.participants.filter(pseudonym__startswith="Z").update(segment="A")

    backwards = client.get(address, {"sort": "-name"}).context["page"]
    by_segment = client.get(address, {"sort": "-segment"}).context["page"]

    assert [row.pseudonym for row in backwards] == ORDERED[::-1]
    assert [row.pseudonym for row in by_segment] == ["Zoe", *ORDERED[:-1]]


def test_the_exported_tables(study_of_many: StudyAccess) -> None:
    tables = {table.title: list(table.rows(study_of_many.study)) for table in TABLES.values()}

    assert [row[0] for row in tables["Participants"]] == ORDERED
    assert [row[1] for row in tables["Interviews"]] == ORDERED
