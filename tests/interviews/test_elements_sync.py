"""Several browsers writing one interview: nothing doubles, nothing is overwritten, nothing leaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews.actions import element_sync
from interviews.actions.element_changes import Edit, save
from interviews.models import Element, Interview
from studies.access import StudyAccess
from studies.models import HistoryEntry
from studies.roles import Role
from tests import factories

Login = Callable[[StudyAccess], Client]


@pytest.fixture
def interview(owner: StudyAccess) -> Interview:
    return factories.make_interview(owner.study)


def url(access: StudyAccess, interview: Interview, name: str = "sync") -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, interview.pk])


def post(client: Client, access: StudyAccess, interview: Interview, **body: Any) -> Any:
    body = {"user": access.user.pk} | body
    return client.post(url(access, interview), json.dumps(body), content_type="application/json")


def create(client_id: Any = None, **fields: Any) -> dict[str, Any]:
    return {"client_id": str(client_id or uuid4()), "base_version": 0, "fields": {"note": "Rain"} | fields}


def edit(element: Element, seen: int | None, base: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"client_id": str(element.client_id), "base_version": seen, "base": base, "fields": fields}


def changes_of(client: Client, access: StudyAccess, interview: Interview, since: int) -> Any:
    return client.get(url(access, interview, "changes"), {"since": since})


def test_an_item_sent_twice_is_there_once(owner: StudyAccess, interview: Interview, login: Login) -> None:
    client, change = login(owner), create(kind="push", phase=1, at_ms=12_000, **{"detail.cost": "3 hours"})

    first = post(client, owner, interview, changes=[change]).json()["results"][0]
    second = post(client, owner, interview, changes=[change]).json()["results"][0]

    element = owner.study.elements.get()
    assert (first["state"], second["state"]) == ("saved", "saved")
    assert (element.note, element.kind, element.at_ms, element.version) == ("Rain", "push", 12_000, 1)
    assert element.detail == {"cost": "3 hours"}
    assert second["current"]["id"] == change["client_id"]
    assert HistoryEntry.objects.filter(study=owner.study, verb="element.captured").count() == 1


def test_an_item_made_and_edited_in_one_request_is_written_once(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    change = create()
    later = {
        "client_id": change["client_id"],
        "base_version": None,
        "base": {"kind": "", "note": "Rain"},
        "fields": {"kind": "pull", "note": "Rain and sun"},
    }

    results = post(login(owner), owner, interview, changes=[change, later]).json()["results"]

    element = owner.study.elements.get()
    assert [result["state"] for result in results] == ["saved", "merged"]
    assert (element.kind, element.note, element.version) == ("pull", "Rain and sun", 1)


def test_two_people_editing_different_fields_are_merged(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, note="Old", phase=1)
    client = login(owner)

    post(client, owner, interview, changes=[edit(element, 1, {"note": "Old"}, note="New")])
    result = post(client, owner, interview, changes=[edit(element, 1, {"phase": 1}, phase=2)]).json()

    element.refresh_from_db()
    assert result["results"][0]["state"] == "merged"
    assert (element.note, element.phase, element.version) == ("New", 2, 3)


def test_two_attributes_of_one_kind_are_two_fields(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, detail={"cost": "a"})
    client = login(owner)

    post(client, owner, interview, changes=[edit(element, 1, {"detail.cost": "a"}, **{"detail.cost": "b"})])
    post(
        client,
        owner,
        interview,
        changes=[edit(element, 1, {"detail.frequency": ""}, **{"detail.frequency": "daily"})],
    )

    element.refresh_from_db()
    assert element.detail == {"cost": "b", "frequency": "daily"}


def test_the_same_field_changed_by_two_keeps_theirs_and_offers_mine(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, note="Old", phase=1)
    client = login(owner)
    post(client, owner, interview, changes=[edit(element, 1, {"note": "Old"}, note="Theirs")])

    result = post(
        client,
        owner,
        interview,
        changes=[edit(element, 1, {"note": "Old", "phase": 1}, note="Mine", phase=3)],
    ).json()["results"][0]

    element.refresh_from_db()
    assert (result["state"], result["conflicts"]) == ("conflict", {"note": "Theirs"})
    assert (element.note, element.phase) == ("Theirs", 3)


def test_deleting_what_somebody_changed_meanwhile_is_a_conflict(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, note="Old")
    client = login(owner)
    post(client, owner, interview, changes=[edit(element, 1, {"note": "Old"}, note="Better")])

    stale = post(
        client, owner, interview, changes=[edit(element, 1, {"deleted": False}, deleted=True)]
    ).json()
    assert stale["results"][0]["conflicts"] == {"deleted": False}
    assert owner.study.elements.count() == 1

    post(client, owner, interview, changes=[edit(element, 2, {"deleted": False}, deleted=True)])
    assert owner.study.elements.count() == 0


def test_an_edit_of_a_deleted_item_is_kept_and_said(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, note="Old", deleted_at=timezone.now())

    result = post(
        login(owner), owner, interview, changes=[edit(element, 1, {"note": "Old"}, note="New")]
    ).json()["results"][0]

    assert (result["state"], result["conflicts"]) == ("conflict", {"deleted": True})
    assert Element.with_trash.get(pk=element.pk).note == "New"


def test_a_deleted_item_comes_back_by_undo(owner: StudyAccess, interview: Interview, login: Login) -> None:
    element = factories.make_element(interview)
    client = login(owner)

    post(client, owner, interview, changes=[edit(element, 1, {"deleted": False}, deleted=True)])
    post(client, owner, interview, changes=[edit(element, 2, {"deleted": True}, deleted=False)])

    assert owner.study.elements.get().pk == element.pk
    assert list(owner.study.history.values_list("verb", flat=True)) == ["element.restored", "element.deleted"]


def test_a_bad_value_beside_good_words_loses_only_the_value(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    change = create(kind="solution", intensity=9, grade="Z", **{"detail.satisfaction": 99, "detail.x": "y"})

    result = post(login(owner), owner, interview, changes=[change]).json()["results"][0]

    assert result["state"] == "saved"
    assert sorted(result["errors"]) == ["detail.satisfaction", "detail.x", "grade", "intensity"]
    assert owner.study.elements.get().note == "Rain"


@pytest.mark.parametrize(
    "fields",
    [
        {"note": 3},
        {"note": "x" * 10_001},
        {"kind": "wish"},
        {"kind": ["push"]},
        {"phase": "1"},
        {"phase": True},
        {"phase": 5},
        {"at_ms": -1},
        {"at_ms": 10**30},
        {"story_date": "yesterday"},
        {"story_date": 5},
        {"dimensions": ["spiritual"]},
        {"dimensions": "functional"},
        {"dimensions": [["functional"]]},
        {"deleted": "yes"},
        {"detail.cost": {"a": 1}},
        {"study": 1},
        {"captured_by": 1},
        {"quote": 1},
        {"version": 7},
    ],
)
def test_every_wrong_field_is_refused_by_name(
    owner: StudyAccess, interview: Interview, login: Login, fields: dict[str, Any]
) -> None:
    element = factories.make_element(interview)
    change = edit(element, 1, {}, **fields)

    result = post(login(owner), owner, interview, changes=[change]).json()["results"][0]

    assert list(result["errors"]) == list(fields)
    element.refresh_from_db()
    assert element.version == 1


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"changes": 3}',
        '{"changes": [3]}',
        '{"asked": [3]}',
        '{"timer": "x"}',
        "\ud800",
        "[" * 5000,
    ],
)
def test_nonsense_is_answered_by_400(
    owner: StudyAccess, interview: Interview, login: Login, body: str
) -> None:
    data = body.encode("utf-8", "surrogatepass")
    answer = login(owner).post(url(owner, interview), data, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad")


def test_nul_and_half_characters_do_not_break_the_database(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    body = json.dumps({"user": owner.user.pk, "changes": [create(note="a\0b\ud83d c 🚐")]})
    login(owner).post(url(owner, interview), body, content_type="application/json")
    assert owner.study.elements.get().note == "ab\ufffd c 🚐"


def test_words_cannot_be_emptied_away(owner: StudyAccess, interview: Interview, login: Login) -> None:
    element = factories.make_element(interview, note="Words")
    result = post(
        login(owner),
        owner,
        interview,
        changes=[create(note=" "), edit(element, 1, {"note": "Words"}, note="")],
    ).json()["results"]
    assert [each["errors"] for each in result] == [{"note": "An item needs some words."}] * 2
    assert owner.study.elements.get().note == "Words"


def test_items_of_others_are_out_of_reach(
    owner: StudyAccess, outsider: StudyAccess, interview: Interview, login: Login
) -> None:
    foreign = factories.make_element(factories.make_interview(outsider.study), note="Secret")
    sibling = factories.make_element(factories.make_interview(owner.study), note="Sibling")
    client = login(owner)

    answers = post(
        client,
        owner,
        interview,
        changes=[
            edit(foreign, 1, {"note": "Secret"}, note="Stolen"),
            edit(sibling, 1, {"note": "Sibling"}, note="Moved"),
            {**create(), "client_id": str(sibling.client_id)},
            {"client_id": "nonsense", "fields": {}},
            {"client_id": ["list"]},
        ],
    ).json()["results"]

    foreign.refresh_from_db()
    sibling.refresh_from_db()
    assert [answer["state"] for answer in answers] == ["refused"] * 5
    assert [answer["current"] for answer in answers] == [None] * 5
    assert (foreign.note, sibling.note, sibling.interview_id) == ("Secret", "Sibling", sibling.interview_id)
    assert interview.elements.count() == 0


def test_prompts_and_elements_that_are_not_ours_are_refused(
    owner: StudyAccess, outsider: StudyAccess, interview: Interview, login: Login
) -> None:
    ours = owner.study.guide.create(text="What happened?", phase=1)
    foreign = outsider.study.guide.create(text="Theirs", phase=1)

    answer = post(
        login(owner),
        owner,
        interview,
        asked={str(ours.pk): True, str(foreign.pk): True, "x": True, "9" * 40: True},
        coverage={"constraint": True, "nonsense": True},
    ).json()

    assert (answer["refused_prompts"], answer["refused_kinds"]) == ([foreign.pk], ["nonsense"])
    assert list(interview.asked.values_list("prompt_id", flat=True)) == [ours.pk]
    assert list(interview.asked_nothing.values_list("kind", flat=True)) == ["constraint"]


def test_ticks_are_idempotent_and_can_be_taken_back(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    prompt = owner.study.guide.create(text="What happened?", phase=1)
    client = login(owner)
    for _ in range(2):
        post(client, owner, interview, asked={str(prompt.pk): True}, coverage={"pain": True})
    assert (interview.asked.count(), interview.asked_nothing.count()) == (1, 1)

    post(client, owner, interview, asked={str(prompt.pk): False}, coverage={"pain": False})
    assert (interview.asked.count(), interview.asked_nothing.count()) == (0, 0)


def test_the_head_of_the_wheel_is_merged_like_an_item(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    client = login(owner)
    blank = {"hired": "", "fired": ""}
    post(client, owner, interview, header={"fields": {"hired": "Cargo bike"}, "base": blank})
    answer = post(
        client, owner, interview, header={"fields": {"hired": "Tram", "fired": "Second car"}, "base": blank}
    ).json()

    interview.refresh_from_db()
    assert answer["header_conflicts"] == {"hired": "Cargo bike"}
    assert (interview.hired, interview.fired) == ("Cargo bike", "Second car")


def test_the_timer_is_shared_and_makes_the_interview_live(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    client = login(owner)
    post(client, owner, interview, timer={"running": True, "elapsed_ms": 60_000})
    data = changes_of(client, owner, interview, 0).json()
    assert data["timer"]["running"] is True
    assert 60_000 <= data["timer"]["elapsed_ms"] < 65_000
    assert data["state"] == "live"

    post(client, owner, interview, timer={"running": False, "elapsed_ms": 61_000})
    post(client, owner, interview, timer={"running": False, "elapsed_ms": "soon"})
    interview.refresh_from_db()
    assert (interview.elapsed_ms, interview.timer_started_at) == (61_000, None)


def test_another_browser_hears_of_everything_since_it_last_asked(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    client, change = login(owner), create()
    post(client, owner, interview, changes=[change])
    first = changes_of(client, owner, interview, 0).json()
    assert [row["note"] for row in first["elements"]] == ["Rain"]
    assert changes_of(client, owner, interview, first["seq"]).status_code == 204

    post(client, owner, interview, changes=[create(note="Sun")])
    element = owner.study.elements.get(note="Rain")
    post(client, owner, interview, changes=[edit(element, 1, {"deleted": False}, deleted=True)])
    second = changes_of(client, owner, interview, first["seq"]).json()
    assert [(row["note"], row["deleted"]) for row in second["elements"]] == [("Rain", True), ("Sun", False)]


def test_a_poll_that_brings_nothing_costs_four_queries(
    owner: StudyAccess, interview: Interview, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    with django_assert_num_queries(4):
        assert changes_of(client, owner, interview, 0).status_code == 204


def test_saving_costs_the_same_few_queries_for_one_item_and_for_the_edit_of_one(
    owner: StudyAccess, interview: Interview, login: Login, django_assert_max_num_queries: Any
) -> None:
    client, change = login(owner), create()
    with django_assert_max_num_queries(13):
        post(client, owner, interview, changes=[change])
    element = owner.study.elements.get()
    with django_assert_max_num_queries(13):
        post(client, owner, interview, changes=[edit(element, 1, {"note": "Rain"}, note="Sun")])


def test_a_burst_of_edits_is_one_entry_that_holds_how_it_stood_before(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    element = factories.make_element(interview, note="One")
    client = login(owner)
    for seen, (old, new) in enumerate([("One", "Two"), ("Two", "Three"), ("Three", "Four")], 1):
        post(client, owner, interview, changes=[edit(element, seen, {"note": old}, note=new)])

    entry = owner.study.history.get()
    assert (entry.verb, entry.data) == ("element.edited", {"was": {"note": "One"}})


def test_somebody_else_signed_in_cannot_send_my_waiting_items(
    owner: StudyAccess, as_role: Callable[[Role], StudyAccess], interview: Interview, login: Login
) -> None:
    colleague = as_role(Role.RESEARCHER)
    answer = post(login(colleague), owner, interview, changes=[create()])
    assert (answer.status_code, answer.json()["error"]) == (409, "user")
    assert interview.elements.count() == 0


def test_a_viewer_reads_and_does_not_write(
    as_role: Callable[[Role], StudyAccess], owner: StudyAccess, interview: Interview, login: Login
) -> None:
    viewer = as_role(Role.VIEWER)
    client = login(viewer)
    assert post(client, viewer, interview, changes=[create()]).status_code == 403
    assert changes_of(client, viewer, interview, 5).status_code == 200


def test_a_participant_deleted_during_the_interview_refuses_gently_and_takes_it_later(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    client, change = login(owner), create()
    participant = interview.participant
    participant.deleted_at = timezone.now()
    participant.save(update_fields=["deleted_at"])

    refused = post(client, owner, interview, changes=[change])
    assert (refused.status_code, refused.json()["error"]) == (410, "trash")
    assert changes_of(client, owner, interview, 0).status_code == 410
    assert Element.with_trash.count() == 0

    participant.deleted_at = None
    participant.save(update_fields=["deleted_at"])
    assert post(client, owner, interview, changes=[change]).status_code == 200
    assert interview.elements.count() == 1


def test_an_interview_in_the_trash_is_refused_too(
    owner: StudyAccess, interview: Interview, login: Login
) -> None:
    Interview.objects.filter(pk=interview.pk).update(deleted_at=timezone.now())
    assert post(login(owner), owner, interview, changes=[create()]).status_code == 410


def test_outsiders_find_no_such_interview(
    owner: StudyAccess, outsider: StudyAccess, interview: Interview, login: Login
) -> None:
    client = login(outsider)
    assert post(client, owner, interview, changes=[create()]).status_code == 404
    own_slug = reverse("interviews:sync", args=[outsider.study.slug, interview.pk])
    body = json.dumps({"user": outsider.user.pk, "changes": [create()]})
    assert client.post(own_slug, body, content_type="application/json").status_code == 404


def test_a_change_of_the_row_between_reading_and_writing_asks_to_send_again(
    owner: StudyAccess, interview: Interview, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    element = factories.make_element(interview, note="Old")

    def late(one: Edit) -> None:
        Element.with_trash.filter(pk=element.pk).update(version=5)
        save(one)

    monkeypatch.setattr(element_sync, "save", late)
    answer = post(login(owner), owner, interview, changes=[edit(element, 1, {"note": "Old"}, note="New")])
    element.refresh_from_db()
    assert (answer.status_code, answer.json()["error"]) == (409, "again")
    assert (element.note, element.version) == ("Old", 1)
