"""Story 10: exports of everything the study holds, as CSV that a spreadsheet cannot be tricked with."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from cpd_site.exports import TABLES
from interviews.actions.interviews import delete_interview
from studies.access import StudyAccess
from studies.history import record
from studies.roles import Role
from studies.spreadsheet import guarded
from tests import factories as make
from tests.architecture.populated import populate


def table(client: Any, access: StudyAccess, name: str) -> list[list[str]]:
    response = client.get(f"/s/{access.study.slug}/exports/{name}.csv")
    assert response.status_code == 200
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", TABLES)
def test_every_table_holds_the_rows_of_this_study_only(
    name: str, owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    from jobs.models import Priority, Rating

    for access in (owner, outsider):
        ids = populate(access)
        record(access, "study.edited", access.study)
        Rating.objects.create(
            study=access.study, job_id=ids["general_id"], criterion="fit", rater=access.user, value=3
        )
        Priority.objects.create(
            study=access.study, input_digest="d", weights={}, rows=[{"score": 0.5}], draws=1
        )

    head, *rows = table(login(owner), owner, name)

    assert tuple(head) == TABLES[name].head
    assert len(rows) == 1
    assert len(rows[0]) == len(head)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_text_that_looks_like_a_formula_is_disarmed(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_numbers_dates_and_harmless_text_stay_as_they_are() -> None:
    assert [guarded(value) for value in (-3, 0.5, date(2026, 1, 2), "a-b", None, ["a", "=b"], ["=a"])] == [
        -3,
        0.5,
        date(2026, 1, 2),
        "a-b",
        "",
        "a; =b",
        "'=a",
    ]


def test_words_of_customers_come_out_whole(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(
        owner.study, participant=make.make_participant(owner.study, pseudonym="Zoë")
    )
    make.make_quote(make.make_transcript(interview), "The old van died. 🚐 Just died.")
    make.make_element(interview, verbatim='=HYPERLINK("x"), she said\nand left', note="")
    client = login(owner)

    quote, element = table(client, owner, "quotes")[1], table(client, owner, "elements")[1]

    assert quote[1] == "Zoë"
    assert quote[6] == "The old van died. 🚐 Just died."
    assert element[7] == '\'=HYPERLINK("x"), she said\nand left'


def test_words_of_a_deleted_interview_are_not_exported(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    quote = make.make_quote(make.make_transcript(interview), "Just died.")
    make.make_element(interview, quote=quote)
    make.make_evidence(make.make_job(owner.study), quote=quote)
    names = ("elements", "quotes", "evidence")
    client = login(owner)
    before = [len(table(client, owner, name)) - 1 for name in names]
    delete_interview(owner, interview=interview)

    assert before == [1, 1, 1]
    assert [len(table(client, owner, name)) - 1 for name in names] == [0, 0, 0]


def test_a_table_that_does_not_exist_is_not_found(owner: StudyAccess, login: Any) -> None:
    assert login(owner).get(f"/s/{owner.study.slug}/exports/passwords.csv").status_code == 404


def test_the_page_lists_every_table_and_the_archive(owner: StudyAccess, as_role: Any, login: Any) -> None:
    shown = login(as_role(Role.VIEWER)).get(f"/s/{owner.study.slug}/exports/").content.decode()

    assert [name for name in TABLES if f"/exports/{name}.csv" not in shown] == []
    assert "/exports/archive.json" in shown


def test_downloads_are_never_shown_as_a_page(owner: StudyAccess, login: Any) -> None:
    for name in ("history.csv", "archive.json"):
        response = login(owner).get(f"/s/{owner.study.slug}/exports/{name}")
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
