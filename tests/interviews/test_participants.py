"""The pages about participants: table, one person, and a whole list at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from interviews.actions.participants import (
    add_participant,
    edit_participant,
    import_participants,
    restore_participant,
    set_consent,
    trash_participant,
)
from interviews.models import Participant
from interviews.roster import read_roster
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.roles import Role
from tests import factories

Login = Callable[[StudyAccess], Client]


def url(access: StudyAccess, name: str = "participants", *ids: Any) -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, *ids])


def names(response: Any) -> list[str]:
    return [person.pseudonym for person in response.context["page"]]


# --- actions -----------------------------------------------------------------------------------------
def test_a_taken_pseudonym_is_refused_until_its_owner_is_deleted(owner: StudyAccess) -> None:
    first = add_participant(owner, pseudonym=" Ines ")
    with pytest.raises(ValidationError, match="already taken"):
        add_participant(owner, pseudonym="Ines")

    trash_participant(owner, participant=first)
    second = add_participant(owner, pseudonym="Ines")

    with pytest.raises(ValidationError, match="already taken"):
        restore_participant(owner, participant=Participant.with_trash.get(pk=first.pk))
    assert list(owner.study.participants.all()) == [second]


def test_consent_is_dated_today_unless_another_day_is_given(owner: StudyAccess) -> None:
    person = add_participant(owner, pseudonym="Ines")

    set_consent(owner, participant=person, consent="given", on=date(2026, 3, 31))
    assert (person.consent, person.consent_on) == ("given", date(2026, 3, 31))
    set_consent(owner, participant=person, consent="withdrawn")
    assert person.consent_on is not None
    set_consent(owner, participant=person, consent="none")
    assert person.consent_on is None


def test_deleting_takes_the_interviews_along_and_undo_brings_back_just_these(owner: StudyAccess) -> None:
    person = factories.make_participant(owner.study)
    kept = factories.make_interview(owner.study, participant=person)
    gone = factories.make_interview(owner.study, participant=person)
    owner.study.interviews.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00:00Z")

    trash_participant(owner, participant=person)
    assert owner.study.interviews.count() == 0
    restore_participant(owner, participant=person)

    assert list(owner.study.interviews.all()) == [kept]


def test_a_stale_edit_is_refused(owner: StudyAccess) -> None:
    person = add_participant(owner, pseudonym="Ines")
    edit_participant(owner, participant=person, seen=1, segment="City")

    with pytest.raises(StaleVersion):
        edit_participant(owner, participant=Participant.objects.get(), seen=1, segment="Village")
    assert Participant.objects.get().segment == "City"


def test_a_list_is_imported_whole_or_not_at_all(owner: StudyAccess) -> None:
    rows = read_roster("Ines\nBo\nCy").rows
    factories.make_participant(owner.study, pseudonym="Cy")

    with pytest.raises(ValidationError, match="Nothing was imported"):
        import_participants(owner, rows=rows)

    assert list(owner.study.participants.values_list("pseudonym", flat=True)) == ["Cy"]


def test_a_viewer_may_not_write(as_role: Any) -> None:
    with pytest.raises(PermissionDenied):
        add_participant(as_role(Role.VIEWER), pseudonym="Ines")


# --- the table ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_table_needs_the_same_queries_for_one_and_for_three(
    count: int, owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        person = factories.make_participant(owner.study, tags=[f"t{number}"], segment=f"s{number}")
        factories.make_interview(owner.study, participant=person)
    client = login(owner)

    with django_assert_num_queries(7):
        response = client.get(url(owner))

    assert len(names(response)) == count


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Bo", "Cy", "Ines"]),
        ("?sort=-name", ["Ines", "Cy", "Bo"]),
        ("?sort=-interviews", ["Cy", "Bo", "Ines"]),
        ("?sort=password", ["Bo", "Cy", "Ines"]),
        ("?segment=City", ["Bo", "Ines"]),
        ("?tag=parent", ["Bo"]),
        ("?tag=unknown", []),
        ("?consent=given", ["Ines"]),
        ("?q=vill", ["Cy"]),
    ],
)
def test_filters_and_order_stand_in_the_address(
    query: str, expected: list[str], owner: StudyAccess, login: Login
) -> None:
    make = factories.make_participant
    make(owner.study, pseudonym="Ines", segment="City", consent="given")
    make(owner.study, pseudonym="Bo", segment="City", tags=["parent", "loud"])
    factories.make_interview(owner.study, participant=make(owner.study, pseudonym="Cy", segment="Village"))

    assert names(login(owner).get(url(owner) + query)) == expected


def test_names_are_sorted_as_people_sort_them(owner: StudyAccess, login: Login) -> None:
    for name in ("bo", "Cy", "Ada"):
        person = factories.make_participant(owner.study, pseudonym=name)
        factories.make_interview(owner.study, participant=person)
    client = login(owner)

    interviews = client.get(reverse("interviews:list", args=[owner.study.slug])).context["page"]

    assert names(client.get(url(owner))) == ["Ada", "bo", "Cy"]
    assert [row.participant.pseudonym for row in interviews] == ["Ada", "bo", "Cy"]


def test_adding_goes_on_with_the_next(owner: StudyAccess, login: Login) -> None:
    posted = {"pseudonym": "Ines", "segment": "City", "tags": "a, b"}

    response = login(owner).post(url(owner, "participant_add"), posted)

    assert response.headers["Location"] == url(owner) + "?added"
    person = owner.study.participants.get()
    assert (person.pseudonym, person.segment, person.tags) == ("Ines", "City", ["a", "b"])


def test_adding_a_taken_name_keeps_what_was_typed(owner: StudyAccess, login: Login) -> None:
    factories.make_participant(owner.study, pseudonym="Ines")

    response = login(owner).post(url(owner, "participant_add"), {"pseudonym": "Ines", "segment": "City"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == ["This pseudonym is already taken in this study."]
    assert 'value="City"' in response.text


# --- one person --------------------------------------------------------------------------------------
def test_a_stale_edit_shows_both_and_saving_again_decides(owner: StudyAccess, login: Login) -> None:
    person = factories.make_participant(owner.study, pseudonym="Ines", segment="Old")
    client, mine = login(owner), {"pseudonym": "Ines", "segment": "Mine", "version": 1}
    client.post(url(owner, "participant_edit", person.pk), mine | {"segment": "Theirs"})

    refused = client.post(url(owner, "participant_edit", person.pk), mine)

    assert refused.status_code == 409
    assert refused.context["theirs"].segment == "Theirs"
    assert refused.context["form"]["segment"].value() == "Mine"
    assert refused.context["form"]["version"].value() == "2"
    client.post(url(owner, "participant_edit", person.pk), mine | {"version": 2})
    assert owner.study.participants.get().segment == "Mine"


def test_consent_is_recorded_with_its_day(owner: StudyAccess, login: Login) -> None:
    person = factories.make_participant(owner.study)

    login(owner).post(url(owner, "participant_consent", person.pk), {"consent": "given", "on": "2026-03-31"})

    person.refresh_from_db()
    assert (person.consent, person.consent_on) == ("given", date(2026, 3, 31))


@pytest.mark.parametrize("posted", [{"consent": "sold"}, {"consent": "given", "on": "soon"}])
def test_a_bad_consent_changes_nothing(posted: dict[str, str], owner: StudyAccess, login: Login) -> None:
    person = factories.make_participant(owner.study)

    assert login(owner).post(url(owner, "participant_consent", person.pk), posted).status_code == 422
    person.refresh_from_db()
    assert person.consent == "none"


def test_deleting_offers_undo(owner: StudyAccess, login: Login) -> None:
    person = factories.make_participant(owner.study)
    client = login(owner)

    page = client.post(url(owner, "participant_delete", person.pk), follow=True)
    assert url(owner, "participant_restore", person.pk) in page.text
    assert owner.study.participants.count() == 0

    client.post(url(owner, "participant_restore", person.pk))
    assert owner.study.participants.count() == 1


def test_a_person_in_the_trash_has_no_page(owner: StudyAccess, login: Login) -> None:
    person = factories.make_participant(owner.study)
    trash_participant(owner, participant=person)

    assert login(owner).get(url(owner, "participant", person.pk)).status_code == 404


# --- a whole list ------------------------------------------------------------------------------------
def test_a_paste_is_shown_before_anything_is_written(owner: StudyAccess, login: Login) -> None:
    response = login(owner).post(url(owner, "roster"), {"text": "pseudonym\tweight\nInes\t60\n\t61"})

    assert owner.study.participants.count() == 0
    found = response.context["found"]
    assert (found.mapping, found.ignored) == ([("pseudonym", "pseudonym")], ["weight"])
    assert [row.errors for row in found.rows] == [[], ["No pseudonym."]]
    assert "No pseudonym." in response.text


def test_dates_with_two_meanings_wait_until_somebody_says_the_order(owner: StudyAccess, login: Login) -> None:
    client, posted = login(owner), {"text": "pseudonym\tdate\nInes\t3/4/2026", "which": "all"}

    asked = client.post(url(owner, "roster"), posted)
    assert "4 March 2026: the month first" in asked.text
    assert "Import 1 participant" not in asked.text
    refused = client.post(url(owner, "roster_confirm"), posted)
    assert (refused.status_code, owner.study.participants.count()) == (422, 0)
    assert "say first in which order" in refused.text

    told = client.post(url(owner, "roster"), posted | {"order": "month"})
    assert "“3/4/2026” is 4 March 2026" in told.text
    assert 'name="order" value="month"' in told.text
    client.post(url(owner, "roster_confirm"), posted | {"order": "month"})
    assert owner.study.participants.get().consent_on == date(2026, 3, 4)


def test_what_stands_above_the_names_of_columns_is_told(owner: StudyAccess, login: Login) -> None:
    text = "Our people\npseudonym\tdate\nInes\t5/14/2026"

    page = login(owner).post(url(owner, "roster"), {"text": text}).text

    assert "Line 1, above the names of the columns" in page
    assert "The month comes first: some of them have only that meaning" in page


def test_a_csv_file_is_read_with_its_own_encoding(owner: StudyAccess, login: Login) -> None:
    file = SimpleUploadedFile("people.csv", "pseudonym;segment\nJürgen;Süd".encode("cp1252"))

    response = login(owner).post(url(owner, "roster"), {"file": file})

    assert [(row.pseudonym, row.segment) for row in response.context["found"].rows] == [("Jürgen", "Süd")]


def test_rows_with_errors_hold_back_all_unless_only_the_sound_ones_are_wanted(
    owner: StudyAccess, login: Login
) -> None:
    client, posted = login(owner), {"text": "pseudonym,consent\nInes,yes\nBo,perhaps"}

    refused = client.post(url(owner, "roster_confirm"), posted | {"which": "all"})
    assert (refused.status_code, owner.study.participants.count()) == (422, 0)
    assert "Nothing was imported" in refused.context["refused"]

    done = client.post(url(owner, "roster_confirm"), posted | {"which": "sound"}, follow=True)
    assert list(owner.study.participants.values_list("pseudonym", "consent")) == [("Ines", "given")]
    assert "1 of 2 rows imported. 1 with errors left out." in done.text


def test_a_name_taken_since_the_preview_is_told(owner: StudyAccess, login: Login) -> None:
    factories.make_participant(owner.study, pseudonym="Ines")

    response = login(owner).post(url(owner, "roster_confirm"), {"text": "Ines\nBo", "which": "all"})

    assert response.status_code == 422
    assert response.context["found"].rows[0].errors == ["The pseudonym “Ines” is already in this study."]


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "Paste some rows or choose a file."),
        ({"text": "a,b" + ",c" * 60}, "Line 1 has 62 columns; 40 are the limit."),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04\0\0")}, "is damaged or locked."),
        ({"file": SimpleUploadedFile("a.csv", b"a" * (4 * 1024 * 1024 + 1))}, "has at most 4 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(
    posted: dict[str, Any], message: str, owner: StudyAccess, login: Login
) -> None:
    response = login(owner).post(url(owner, "roster"), posted)

    assert response.status_code == 422
    assert message in response.text


def test_a_viewer_sees_people_but_no_way_to_add(as_role: Any, owner: StudyAccess, login: Login) -> None:
    factories.make_participant(owner.study, pseudonym="Ines")

    page = login(as_role(Role.VIEWER)).get(url(owner)).text

    assert "Ines" in page
    assert 'name="pseudonym"' not in page
