"""The pages of actions as a browser asks for them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from strategy.actions import canvases, rules, tracker
from strategy.forms.actions import label_of
from strategy.models import Action, Canvas, KpiReading
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make

Login = Callable[[StudyAccess], Client]


@pytest.fixture
def client(owner: StudyAccess, login: Login) -> Client:
    return login(owner)


def url(name: str, row: Any, *args: Any) -> str:
    return reverse(f"strategy:{name}", args=[row.study.slug, *args])


def running(access: StudyAccess, canvas: Canvas, **fields: Any) -> Action:
    """An action that is under way as people get it there."""
    action = make.make_action(canvas, **{"is_assumption": True, "mode": "proactive"} | fields)
    tracker.answer_check(access, action=action, welcomed=True, note="They asked for it")
    return tracker.set_status(access, action=action, status="running")


def test_a_viewer_reads_an_action_and_has_no_form(
    canvas: Canvas, login: Login, as_role: Callable[[Role], StudyAccess]
) -> None:
    action = make.make_action(canvas)

    page = login(as_role(Role.VIEWER)).get(url("action", canvas, action.pk)).content.decode()

    assert ("We believe" in page, "data-guard" in page, 'name="status"' in page) == (True, False, False)


def test_the_page_of_an_action_asks_once_for_its_evidence_however_many_steps_need_it(
    client: Client, canvas: Canvas, django_assert_max_num_queries: Any
) -> None:
    page = url("action", canvas, make.make_action(canvas).pk)

    with django_assert_max_num_queries(12):
        client.get(page)


# --- actions -----------------------------------------------------------------------------------------
def filled(action: Action, **changes: Any) -> dict[str, Any]:
    fields = {
        "title": action.title,
        "phase": action.phase,
        "lane": action.lane,
        "size": action.size,
        "change": action.change,
        "version": action.version,
    }
    return fields | changes


def test_a_card_becomes_an_action_in_one_step(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas, kind="assumption")

    client.post(url("card_action", canvas, canvas.pk, card.pk))

    action = canvas.actions.get()
    card.refresh_from_db()
    assert (action.title, action.card, action.is_assumption) == (card.text, card, True)
    assert card.kind == "action"


def test_saving_an_action_records_only_what_changed(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    action = make.make_action(canvas)

    client.post(
        url("action_edit", canvas, action.pk), filled(action, owner=owner.user.pk, due_on="2027-01-15")
    )

    action.refresh_from_db()
    assert (action.owner, action.due_on) == (owner.user, date(2027, 1, 15))
    entry = owner.study.history.get(verb="action.edited")
    assert sorted(entry.data["before"]) == ["due_on", "owner"]


def test_the_long_parts_of_a_hypothesis_are_read_whole_and_kept_as_one_sentence(
    client: Client, canvas: Canvas
) -> None:
    action = make.make_action(canvas)

    client.post(url("action_edit", canvas, action.pk), filled(action, because="they waited\r\n  in the rain"))
    page = client.get(url("action", canvas, action.pk)).text

    action.refresh_from_db()
    assert action.because == "they waited in the rain"
    whole = re.findall(r'<textarea name="(hypothesis_change|because)"[^>]* data-grow', page)
    assert whole == ["hypothesis_change", "because"]


def test_what_is_missing_is_read_once_and_told_for_each_step(client: Client, canvas: Canvas) -> None:
    page = client.get(url("action", canvas, make.make_action(canvas).pk)).text

    told = re.findall(r'<span class="([\w-]+)" id="why-(\w+)">Link at least', page)
    assert [look for look, _ in told] == ["hint", *["visually-hidden"] * (len(told) - 1)]
    assert len(told) > 1
    assert all(f'aria-describedby="why-{step}"' in page for _, step in told)


def test_the_list_says_that_an_adapted_change_goes_on(client: Client, canvas: Canvas) -> None:
    make.make_action(canvas, status="stopped", decision="adapt", closed_at=timezone.now())

    assert 'Stopped <span class="hint">goes on, adapted</span>' in client.get(url("actions", canvas)).text


def test_history_names_a_kpi_as_such() -> None:
    assert [label_of(name) for name in ("kpi", "kpi_target", "due_on")] == ["KPI", "KPI target", "due"]


def test_a_stale_edit_of_an_action_keeps_both_versions(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    client.post(url("action_edit", canvas, action.pk), filled(action, partner="Theirs"))

    answer = client.post(url("action_edit", canvas, action.pk), filled(action, partner="Mine"))

    page = answer.content.decode()
    assert (answer.status_code, "<td>Theirs</td>" in page, 'value="Mine"' in page) == (409, True, True)
    action.refresh_from_db()
    assert action.partner == "Theirs"


def test_a_stranger_cannot_own_an_action(client: Client, canvas: Canvas, outsider: StudyAccess) -> None:
    action = make.make_action(canvas)

    answer = client.post(url("action_edit", canvas, action.pk), filled(action, owner=outsider.user.pk))

    assert answer.status_code == 422
    action.refresh_from_db()
    assert action.owner is None


def test_running_is_refused_on_the_page_until_the_check_is_answered(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas, is_assumption=True, mode="reactive")
    go = {"status": "running", "version": action.version}

    refused = client.post(url("action_status", canvas, action.pk), go)
    client.post(url("action_check", canvas, action.pk), {"welcomed": "1", "note": "They asked for it"})
    accepted = client.post(url("action_status", canvas, action.pk), {"status": "running"})

    assert (refused.status_code, rules.NEEDS_CHECK in refused.content.decode()) == (422, True)
    action.refresh_from_db()
    assert (accepted.status_code, action.status) == (302, "running")


def test_the_check_tells_who_answered(client: Client, owner: StudyAccess, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    client.post(url("action_check", canvas, action.pk), {"welcomed": "0", "note": "It hides the price"})

    page = client.get(url("action", canvas, action.pk)).content.decode()

    assert ("✕ No" in page, "It hides the price" in page) == (True, True)
    action.refresh_from_db()
    assert action.welcomed_by == owner.user


def test_an_action_is_linked_to_elements_of_this_study_only(
    client: Client, canvas: Canvas, outsider: StudyAccess
) -> None:
    action, own = make.make_action(canvas), make.make_element(make.make_interview(canvas.study))
    foreign = make.make_element(make.make_interview(outsider.study))
    address = url("action_link", canvas, action.pk)

    assert client.post(address, {"elements": [foreign.pk]}).status_code == 422
    assert client.post(address, {"elements": [own.pk]}).status_code == 302
    assert list(action.elements.all()) == [own]


def test_a_search_for_evidence_keeps_what_is_ticked_and_links_nothing(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    one, two = (make.make_element(make.make_interview(canvas.study), note=text) for text in ("rain", "hills"))

    found = client.post(
        url("action_link", canvas, action.pk), {"find": "yes", "q": "hil", "kind": "", "elements": [one.pk]}
    )

    offer = found.context["offer"]
    assert [each.key[1:] for each in offer.ticked] == [str(one.pk)]
    assert [each.key[1:] for each in offer.found] == [str(two.pk)]
    assert action.elements.count() == 0


def titles(client: Client, canvas: Canvas, **query: Any) -> list[str]:
    page = client.get(url("actions", canvas), query)
    return [row.action.title for row in page.context["rows"]]


def test_actions_are_filtered_and_sorted_by_the_address(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    today = timezone.localdate()
    make.make_action(canvas, title="Late", due_on=today - timedelta(3), owner=owner.user)
    make.make_action(canvas, title="Over", due_on=today - timedelta(9), status="adopted", phase=2)
    make.make_action(canvas, title="Bare", size="large")

    assert titles(client, canvas) == ["Over", "Late", "Bare"]
    assert titles(client, canvas, sort="-title") == ["Over", "Late", "Bare"]
    assert titles(client, canvas, sort="-due") == ["Late", "Over", "Bare"]  # without a date: last either way
    assert titles(client, canvas, q=" ar ") == ["Bare"]
    assert titles(client, canvas, q="a", flag="overdue") == ["Late"]
    assert titles(client, canvas, flag="overdue") == ["Late"]
    assert titles(client, canvas, flag="unowned") == ["Bare"]
    assert titles(client, canvas, owner="me") == ["Late"]
    assert titles(client, canvas, phase=2) == ["Over"]
    assert titles(client, canvas, status="adopted") == ["Over"]
    assert titles(client, canvas, sort="size") == ["Late", "Over", "Bare"]
    assert titles(client, canvas, status="nonsense", phase=9, owner="x") == ["Over", "Late", "Bare"]


def test_what_is_overdue_says_so_in_words(client: Client, canvas: Canvas) -> None:
    make.make_action(canvas, due_on=timezone.localdate() - timedelta(3))

    assert "! 3 days overdue" in client.get(url("actions", canvas)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_actions_costs_the_same_however_long_it_is(
    number: int, client: Client, owner: StudyAccess, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        made = make.make_canvas(make.make_job(owner.study, scope="generalised"))
        make.make_action(made, owner=make.make_access(Role.STRATEGIST, study=owner.study).user)

    with django_assert_max_num_queries(11):
        client.get(reverse("strategy:actions", args=[owner.study.slug]))


def test_the_export_guards_formulas_and_keeps_umlauts(client: Client, canvas: Canvas) -> None:
    make.make_action(canvas, title="=1+1", because="Räder für alle")

    answer = client.get(url("actions_export", canvas))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert text.startswith("\ufeffid,job,action")
    row = next(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert (row["action"], row["because"]) == ("'=1+1", "Räder für alle")


def test_actions_of_a_deleted_canvas_are_not_listed(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    action = make.make_action(canvas)
    canvases.trash_canvas(owner, canvas=canvas)

    assert titles(client, canvas) == []
    assert client.get(url("action", canvas, action.pk)).status_code == 404


# --- readings ----------------------------------------------------------------------------------------
def test_readings_are_drawn_and_told(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas, kpi="Calls a week", kpi_baseline=4, kpi_target=8)
    today = timezone.localdate()
    for days, value in ((14, 4), (7, 5), (0, 6)):
        day = (today - timedelta(days)).isoformat()
        client.post(url("reading_add", canvas, action.pk), {"new-on": day, "new-value": value})

    page = client.get(url("action", canvas, action.pk))

    trend = page.context["trend"]
    assert [spot.reading.value for spot in trend.spots] == [4, 5, 6]
    assert [spot.x for spot in trend.spots] == [8, 150, 292]
    assert [(rule.name, rule.value) for rule in trend.rules] == [("from", 4), ("target", 8)]
    assert "3 readings; 50 % of the way from 4 to 8." in page.content.decode()


def test_a_day_is_read_once(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    answers = [
        client.post(url("reading_add", canvas, action.pk), {"new-on": "2026-01-05", "new-value": value})
        for value in (4, 5)
    ]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "5 January 2026 has a reading already: 4." in answers[1].content.decode()
    assert action.readings.get().value == 4


@pytest.mark.parametrize(
    ("on", "value", "why"),
    [
        ("2999-01-01", "4", "cannot lie in the future"),
        ("0001-01-01", "4", "from 1990 on"),
        ("2026-01-05", "many", "Enter a number"),
        ("2026-01-05", "1e400", "Enter a number"),
        ("2026-02-30", "4", "Enter a valid date"),
    ],
)
def test_what_is_no_reading_is_refused_in_words(
    on: str, value: str, why: str, client: Client, canvas: Canvas
) -> None:
    action = make.make_action(canvas)

    answer = client.post(url("reading_add", canvas, action.pk), {"new-on": on, "new-value": value})

    assert (answer.status_code, why in answer.content.decode(), action.readings.count()) == (422, True, 0)


def test_a_reading_is_corrected_removed_and_brought_back(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    reading = KpiReading.objects.create(study=canvas.study, action=action, on=date(2026, 1, 5), value=4)
    here = (canvas, action.pk, reading.pk)

    client.post(url("reading_edit", *here), {"on": "2026-01-06", "value": "4.5", "note": "counted again"})
    reading.refresh_from_db()
    assert (reading.on, reading.value, reading.note) == (date(2026, 1, 6), 4.5, "counted again")

    page = client.post(url("reading_remove", *here), follow=True).content.decode()
    assert (action.readings.count(), url("reading_restore", *here) in page) == (0, True)

    client.post(url("reading_restore", *here))
    assert action.readings.get() == reading


def test_a_removed_reading_does_not_come_back_beside_another_of_its_day(
    client: Client, canvas: Canvas
) -> None:
    action = make.make_action(canvas)
    gone = KpiReading.objects.create(study=canvas.study, action=action, on=date(2026, 1, 5), value=4)
    client.post(url("reading_remove", canvas, action.pk, gone.pk))
    client.post(url("reading_add", canvas, action.pk), {"new-on": "2026-01-05", "new-value": 9})

    client.post(url("reading_restore", canvas, action.pk, gone.pk))

    assert [reading.value for reading in action.readings.all()] == [9]


def test_importing_the_same_readings_again_changes_nothing(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    sent = {"import-text": "2026-01-05; 4,5; first week\n12.1.2026; 5"}
    for _ in range(2):
        page = client.post(url("readings_import", canvas, action.pk), sent, follow=True).content.decode()

    assert "0 new, 0 replaced, 2 were there already" in page
    assert list(action.readings.values_list("on", "value", "note")) == [
        (date(2026, 1, 5), 4.5, "first week"),
        (date(2026, 1, 12), 5, ""),
    ]
    assert canvas.study.history.filter(verb="reading.imported").count() == 1


def test_another_value_of_a_day_takes_its_place_only_when_asked(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    KpiReading.objects.create(study=canvas.study, action=action, on=date(2026, 1, 5), value=4)
    sent = {"import-text": "date,value\n2026-01-05,6\n2026-01-12,7"}

    refused = client.post(url("readings_import", canvas, action.pk), sent)
    assert (refused.status_code, action.readings.count()) == (422, 1)
    assert "row 2, 5 January 2026, says 6, and the reading of that day is 4" in refused.content.decode()

    client.post(url("readings_import", canvas, action.pk), sent | {"import-replace": "on"})
    assert [reading.value for reading in action.readings.all()] == [6, 7]


def test_a_file_with_one_bad_row_imports_nothing_and_names_the_row(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)
    file = SimpleUploadedFile("kpi.csv", b"Datum;Wert\n2026-01-05;4\n5/1/2026;5\n2026-01-07;=1+1\n")

    answer = client.post(url("readings_import", canvas, action.pk), {"import-file": file})

    page = answer.content.decode()
    assert (answer.status_code, action.readings.count()) == (422, 0)
    assert "Row 3: “5/1/2026” is no day." in page
    assert "Row 4: “=1+1” is no number." in page


# --- loops -------------------------------------------------------------------------------------------
CLOSING = {
    "close-result": "Six of ten families kept the bike",
    "close-expectation_after": "A helmet comes with it",
    "close-decision": "adapt",
    "close-next_change": "Lend a helmet too",
}


def test_closing_a_loop_asks_for_result_expectation_and_decision(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    action = running(owner, canvas)

    answer = client.post(url("loop_close", canvas, action.pk), {"close-version": action.version})

    page = answer.content.decode()
    wanted = ("Write down what happened", "what customers expect now", "Choose keep, adapt or stop")
    assert (answer.status_code, [each in page for each in wanted]) == (422, [True] * 3)
    action.refresh_from_db()
    assert action.closed_at is None


def test_a_closed_loop_offers_the_next_with_what_is_known(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    action = running(owner, canvas, kpi="Kept", kpi_baseline=1, kpi_target=8, owner=owner.user)
    KpiReading.objects.create(study=canvas.study, action=action, on=date(2026, 1, 5), value=6)

    page = client.post(
        url("loop_close", canvas, action.pk), CLOSING | {"close-version": action.version}, follow=True
    ).content.decode()
    assert 'value="Lend a helmet too"' in page

    client.post(
        url("loop_next", canvas, action.pk), {"next-title": "Lend helmets", "next-change": "a helmet"}
    )
    after = action.next_loops.get()
    assert (after.title, after.hypothesis_change, after.kpi_baseline, after.expectation_before) == (
        "Lend helmets",
        "a helmet",
        6,
        "A helmet comes with it",
    )
    assert (after.owner, after.mode, after.status, after.welcomed) == (owner.user, "proactive", "idea", None)
    assert "Loop 2 of 2" in client.get(url("action", canvas, after.pk)).content.decode()


def test_a_loop_that_never_ran_is_not_closed(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas)

    answer = client.post(url("loop_close", canvas, action.pk), CLOSING | {"close-version": 1})

    assert answer.status_code == 422
    assert client.post(url("loop_next", canvas, action.pk), {"next-title": "x"}).status_code == 422


def test_closing_over_a_newer_version_keeps_what_was_written(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    action = running(owner, canvas)

    answer = client.post(
        url("loop_close", canvas, action.pk), CLOSING | {"close-version": action.version - 1}
    )

    page = answer.content.decode()
    assert (answer.status_code, "Six of ten families kept the bike" in page) == (409, True)
    assert f'name="close-version" value="{action.version}"' in page


def test_a_closed_loop_is_opened_again(client: Client, owner: StudyAccess, canvas: Canvas) -> None:
    action = running(owner, canvas)
    client.post(url("loop_close", canvas, action.pk), CLOSING | {"close-version": action.version})
    assert client.post(url("action_status", canvas, action.pk), {"status": "running"}).status_code == 422

    client.post(url("loop_reopen", canvas, action.pk))

    action.refresh_from_db()
    assert (action.status, action.closed_at, action.decision) == ("measuring", None, "")
    assert action.result == "Six of ten families kept the bike"


def test_a_small_change_that_runs_for_a_month_says_so(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    long = running(owner, canvas, title="Long")
    Action.objects.filter(pk=long.pk).update(started_on=timezone.localdate() - timedelta(31))
    running(owner, canvas, title="Short")
    make.make_action(canvas, title="Large", size="large", status="running", started_on=date(2020, 1, 1))

    assert titles(client, canvas, flag="long") == ["Long"]
    assert "running 31 days" in client.get(url("actions", canvas)).content.decode()
    assert "has been running for 31 days" in client.get(url("action", canvas, long.pk)).content.decode()


def test_what_is_due_or_has_to_be_looked_at_is_one_click_away(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    today = timezone.localdate()
    make.make_action(canvas, title="Soon", due_on=today + timedelta(6))
    make.make_action(canvas, title="Later", due_on=today + timedelta(7))
    running(owner, canvas, title="Look", kpi_by=today - timedelta(1))
    first = running(owner, canvas, title="First")
    make.make_action(canvas, title="Second", previous=first)

    assert titles(client, canvas, flag="week") == ["Soon"]
    assert titles(client, canvas, flag="review") == ["Look"]
    assert titles(client, canvas, flag="loops") == ["First", "Second"]
    assert "! review overdue" in client.get(url("actions", canvas)).content.decode()


def test_the_share_of_proactive_actions_is_told_by_phase(client: Client, canvas: Canvas) -> None:
    make.make_action(canvas, mode="proactive", phase=2)
    make.make_action(canvas, mode="reactive", phase=2)
    make.make_action(canvas, title="Unsaid", phase=2)

    page = client.get(url("actions", canvas))

    shares = [(share.phase, share.proactive, share.answered, share.open) for share in page.context["shares"]]
    assert shares == [(1, 0, 0, 0), (2, 1, 2, 1), (3, 0, 0, 0), (4, 0, 0, 0)]
    assert titles(client, canvas, phase=2, mode="none") == ["Unsaid"]


def test_a_chain_that_an_archive_bent_into_a_ring_still_opens(client: Client, canvas: Canvas) -> None:
    one = make.make_action(canvas, title="One")
    two = make.make_action(canvas, title="Two", previous=one)
    Action.objects.filter(pk=one.pk).update(previous=two)

    assert client.get(url("action", canvas, one.pk)).status_code == 200
    assert client.get(url("actions", canvas)).status_code == 200


def test_a_history_with_odd_details_still_opens(client: Client, canvas: Canvas) -> None:
    action = make.make_action(canvas, title="One")
    about = {"target_type": "action", "target_id": str(action.pk), "target_label": "One"}
    odd = {"value": "many", "on": "2026-01-01"}  # as an archive may have it
    canvas.study.history.create(actor_name="Ann", verb="reading.added", data=odd, **about)

    assert client.get(url("action", canvas, action.pk)).status_code == 200
