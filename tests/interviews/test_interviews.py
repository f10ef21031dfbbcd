"""The list of interviews, planning one, its state, consent and the trash."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews.actions.interviews import create_interview, record_consent, set_state
from interviews.models import Consent, Interview
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories

Login = Callable[[StudyAccess], Client]


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, *args])


def test_an_interview_is_planned_for_a_participant_of_the_study(
    owner: StudyAccess, outsider: StudyAccess
) -> None:
    mine, foreign = factories.make_participant(owner.study), factories.make_participant(outsider.study)

    interview = create_interview(owner, participant=mine, held_on=date(2026, 3, 4), hired="Tram")

    assert (interview.state, interview.hired) == ("planned", "Tram")
    assert list(owner.study.history.values_list("verb", flat=True)) == ["interview.created"]
    with pytest.raises(ValidationError):
        create_interview(owner, participant=foreign)


def test_a_viewer_plans_nothing(as_role: Callable[[Role], StudyAccess], owner: StudyAccess) -> None:
    with pytest.raises(PermissionDenied):
        create_interview(as_role(Role.VIEWER), participant=factories.make_participant(owner.study))


def test_the_form_offers_only_our_participants_and_opens_the_live_page(
    owner: StudyAccess, outsider: StudyAccess, login: Login
) -> None:
    mine, foreign = factories.make_participant(owner.study), factories.make_participant(outsider.study)
    client = login(owner)

    refused = client.post(url(owner, "new"), {"participant": foreign.pk})
    assert (refused.status_code, owner.study.interviews.count()) == (422, 0)

    made = client.post(url(owner, "new"), {"participant": mine.pk, "held_on": "2026-03-04"})
    interview = owner.study.interviews.get()
    assert made["Location"] == url(owner, "capture", interview.pk)
    assert interview.held_on == date(2026, 3, 4)


def test_the_list_leads_to_the_import_by_menu_and_palette(owner: StudyAccess, login: Login) -> None:
    link = f'<a href="{url(owner, "import")}" data-command="Import transcripts">'

    assert link in login(owner).get(url(owner, "list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_queries_for_one_and_for_three(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        interview = factories.make_interview(owner.study)
        factories.make_element(interview)
        factories.make_element(interview, kind="")
        factories.make_transcript(interview)
    client = login(owner)
    with django_assert_num_queries(8):
        page = client.get(url(owner, "list"))
    assert page.status_code == 200


def test_one_form_serves_the_menus_of_all_rows(owner: StudyAccess, login: Login) -> None:
    client, first = login(owner), factories.make_interview(owner.study)
    one = client.get(url(owner, "list")).text
    rows = [first, *(factories.make_interview(owner.study) for _ in range(2))]

    three = client.get(url(owner, "list")).text

    assert one.count("csrfmiddlewaretoken") == three.count("csrfmiddlewaretoken")
    assert three.count('id="of-a-row"') == 1
    pressed = re.findall(r'<button (?:class="danger" )?form="of-a-row" formaction="([^"]+)"', three)
    others = len(Interview.State) - 1
    wanted = [url(owner, name, row.pk) for row in rows for name in [*["state"] * others, "delete"]]
    assert sorted(pressed) == sorted(wanted)


def test_the_list_counts_items_the_tray_and_the_elements(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study)
    for kind in ("push", "push", "gain", ""):
        factories.make_element(interview, kind=kind)
    factories.make_element(interview, kind="pain", deleted_at=timezone.now())

    page = login(owner).get(url(owner, "list"))

    assert page.context["captured"][interview.pk] == {"items": 4, "tray": 1, "elements": 2, "of": 12}


def test_the_length_is_that_of_the_timer_or_else_of_the_recording(owner: StudyAccess, login: Login) -> None:
    for elapsed, recorded in ((0, 61_000), (125_000, 61_000), (0, None)):
        interview = factories.make_interview(owner.study, elapsed_ms=elapsed)
        factories.make_transcript(interview, duration_ms=recorded)

    page = login(owner).get(url(owner, "list")).text

    cells = page.split('<td data-label="Length" class="n">')[1:]
    assert sorted(cell.split("</td>")[0] for cell in cells) == ["1:01", "2:05", "–"]


def test_the_list_is_filtered_by_state_and_words(owner: StudyAccess, login: Login) -> None:
    mara = factories.make_participant(owner.study, pseudonym="Mara")
    live = factories.make_interview(owner.study, participant=mara, state="live")
    factories.make_interview(owner.study)
    client = login(owner)

    assert list(client.get(url(owner, "list"), {"state": "live"}).context["page"]) == [live]
    assert list(client.get(url(owner, "list"), {"q": "mar"}).context["page"]) == [live]
    assert list(client.get(url(owner, "list"), {"q": "nobody"}).context["page"]) == []
    assert len(client.get(url(owner, "list"), {"state": "nonsense", "page": "x"}).context["page"]) == 2


def test_finishing_stops_the_timer_where_it_is(owner: StudyAccess) -> None:
    started = timezone.now() - timezone.timedelta(seconds=30)
    interview = factories.make_interview(owner.study, elapsed_ms=1000, timer_started_at=started)

    set_state(owner, interview=interview, state=Interview.State.CAPTURED)

    interview.refresh_from_db()
    assert interview.timer_started_at is None
    assert 31_000 <= interview.elapsed_ms <= 1000 + (timezone.now() - started).total_seconds() * 1000


def test_a_state_that_does_not_exist_is_refused(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study)
    answer = login(owner).post(url(owner, "state", interview.pk), {"state": "finished"})
    interview.refresh_from_db()
    assert (answer.status_code, interview.state) == (422, "planned")


def test_consent_is_one_tap_with_a_date(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study)
    client = login(owner)

    for _ in range(2):
        answer = client.post(url(owner, "consent", interview.pk), headers={"accept": "application/json"})
    interview.participant.refresh_from_db()

    assert answer.json()["consent"] == "given"
    assert interview.participant.consent_on == timezone.localdate()
    assert owner.study.history.filter(verb="consent.recorded").count() == 1


def test_withdrawn_consent_does_not_come_back_by_a_tap(owner: StudyAccess, login: Login) -> None:
    participant = factories.make_participant(owner.study, consent=Consent.WITHDRAWN)
    interview = factories.make_interview(owner.study, participant=participant)
    with pytest.raises(ValidationError):
        record_consent(owner, interview=interview, given_on=timezone.localdate())
    assert login(owner).post(url(owner, "consent", interview.pk)).status_code == 409


def test_a_deleted_interview_can_be_brought_back(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study)
    client = login(owner)

    client.post(url(owner, "delete", interview.pk))
    assert owner.study.interviews.count() == 0
    client.post(url(owner, "restore", interview.pk))
    assert owner.study.interviews.get() == interview


def test_interviews_of_others_cannot_be_touched(
    owner: StudyAccess, outsider: StudyAccess, login: Login
) -> None:
    foreign = factories.make_interview(outsider.study)
    client = login(owner)
    for name in ("state", "delete", "restore", "consent"):
        assert client.post(url(owner, name, foreign.pk), {"state": "live"}).status_code == 404
    for name in ("capture", "changes", "wheel_print"):
        assert client.get(url(owner, name, foreign.pk), {"since": "0"}).status_code == 404
