"""The workshop on the page: bar, controls, dots, links and the last minutes, as scripts ask for them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from strategy.actions import silence, votes
from strategy.models import Action, Canvas, Guest, RoomLink, Workshop
from strategy.queries.workshops import running
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import come_in, guest_client, invite, seat_of, write_silently

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "cv-panel-body"}
BAR = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "workshop"}


@pytest.fixture
def client(owner: StudyAccess, login: Any) -> Client:
    found: Client = login(owner)
    return found


def at(canvas: Canvas, name: str, *more: Any) -> str:
    return reverse(f"room:{name}", args=[canvas.pk, *more])


def post(client: Client, url: str, data: dict[str, Any] | None = None, how: dict[str, str] = HTMX) -> Any:
    return client.post(url, data or {}, **how)


def test_without_a_workshop_the_bar_is_empty_and_the_panel_offers_one(client, canvas):
    assert client.get(at(canvas, "workshop")).text.strip() == ""
    assert "Start a workshop" in client.get(at(canvas, "controls")).text

    response = post(client, at(canvas, "start"))

    assert "You lead this workshop" in response.text
    assert json.loads(response["HX-Trigger"]) == {"canvas-changed": {}}
    assert running(canvas) is not None


def test_the_bar_says_what_everybody_does_in_words(client, canvas, leader, as_role, login):
    post(client, at(canvas, "stage"), {"stage": "write2"}, BAR)

    other = login(as_role(Role.STRATEGIST)).get(at(canvas, "workshop")).text

    assert "Write silently, phase 2" in other
    assert "Silent writing: only you see your new cards." in other
    assert f"{leader.name} leads" in other
    assert "<button" not in other
    assert re.search(r'data-ends-at="\d+"', other)


def test_each_control_sets_the_room_and_shows_it(client, canvas, leader):
    for name, data in [
        ("timer", {"minutes": "5"}),
        ("timer", {"do": "pause"}),
        ("silent", {"on": "1"}),
        ("vote", {"dots": "4"}),
        ("focus", {"phase": "3"}),
        ("lanes", {"lanes": ["need", "target"]}),
    ]:
        assert post(client, at(canvas, name), data).status_code == 200

    workshop = running(canvas)
    assert (workshop.timer_seconds, workshop.silent, workshop.voting, workshop.dots) == (300, True, "open", 4)
    assert (workshop.focus_phase, workshop.locked_lanes) == (3, ["need", "target"])


def test_after_the_reveal_whoever_leads_is_offered_the_time_of_the_step(
    client, canvas, leader, as_role, login
):
    post(client, at(canvas, "stage"), {"stage": "write2"})
    post(client, at(canvas, "silent"), {"on": "0"})

    offered = re.compile(r'name="minutes" value="15">Start 15 min<')
    assert offered.search(client.get(at(canvas, "workshop")).text)
    assert "data-timer" not in client.get(at(canvas, "workshop")).text
    assert not offered.search(login(as_role(Role.STRATEGIST)).get(at(canvas, "workshop")).text)

    post(client, at(canvas, "timer"), {"minutes": "15"})
    assert "data-timer" in client.get(at(canvas, "workshop")).text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("timer", {"minutes": "0"}),
        ("timer", {"minutes": "9999"}),
        ("vote", {"dots": "21"}),
        ("vote", {"dots": "-1"}),
        ("focus", {"phase": "5"}),
        ("lanes", {"lanes": ["elsewhere"]}),
        ("stage", {"stage": "lunch"}),
        ("hand_over", {"user": "99999999999999999999"}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client, canvas, leader, name, data):
    before = Workshop.objects.values().get()

    response = post(client, at(canvas, name), data)

    assert (response.status_code, 'class="ws-refused" role="alert"' in response.text) == (409, True)
    assert Workshop.objects.values().get() == before


def test_the_facilitator_sees_how_many_cards_are_written_and_not_one_word(client, canvas, leader, as_role):
    silence.begin_silence(leader)
    write_silently(seat_of(as_role(Role.STRATEGIST), canvas), "Top secret", "More")

    told = client.get(at(canvas, "progress")).text

    assert "<strong>2 cards</strong> by 1 person" in told
    assert "secret" not in told + client.get(at(canvas, "controls")).text


def prefixed(prefix: str, data: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in data.items()}


# --- dots --------------------------------------------------------------------------------------------
def test_dots_are_placed_and_taken_back_by_scripts(client, canvas, leader):
    card = make.make_card(canvas)
    votes.open_vote(leader, dots=1)
    url = at(canvas, "card_dot", card.key)

    placed = client.post(url, {"on": "1"}).json()["workshop"]["mine"]
    refused = client.post(url, {"on": "1"})
    taken = client.post(url, {"on": "0"}).json()["workshop"]["mine"]

    assert (placed, taken) == ({str(card.key): 1}, {})
    assert (refused.status_code, refused.json()["message"][:14]) == (409, "All your 1 dot")


def test_a_card_is_locked_by_the_facilitator_alone(client, canvas, leader, as_role, login):
    card = make.make_card(canvas)
    url = at(canvas, "card_lock", card.key)

    assert login(as_role(Role.RESEARCHER)).post(url, {"on": "1"}).status_code == 403
    assert client.post(url, {"on": "1"}).status_code == 200
    card.refresh_from_db()
    assert card.locked


# --- links -------------------------------------------------------------------------------------------
def test_a_link_is_shown_once_with_its_code(client, canvas, leader):
    response = post(client, at(canvas, "link_make"), {"role": "observer", "hours": "24", "note": "Board"})

    [address] = re.findall(r'value="(http://testserver/room/join/[\w-]+/)"', response.text)
    assert "<svg" in response.text
    assert Client().get(address).status_code == 302
    assert address not in client.get(at(canvas, "controls")).text
    assert "Board (Observer)" in client.get(at(canvas, "controls")).text


@pytest.mark.parametrize("data", [{"role": "facilitator"}, {"hours": "99999"}, {"passcode": "short"}])
def test_a_link_that_is_too_open_is_refused(client, canvas, leader, data):
    response = post(client, at(canvas, "link_make"), {"role": "observer", "hours": "24"} | data)

    assert (response.status_code, RoomLink.objects.count()) == (422, 0)


def test_a_revoked_link_throws_its_guests_out(client, canvas, leader):
    link, _token = invite(leader)
    come_in(link)

    response = post(client, at(canvas, "link_revoke", link.pk))

    assert "guests who came in by it are out" in response.text
    link.refresh_from_db()
    assert (link.is_open, Guest.objects.count()) == (False, 1)


def test_a_guest_reads_chips_and_cards_and_finds_no_way_into_the_study(owner, canvas, leader):
    interview = make.make_interview(owner.study)
    job = make.make_job(owner.study, interview=interview, general=canvas.job)
    make.make_evidence(job, element=make.make_element(interview, note="The old van died"))
    make.make_card(canvas, text="Lend a bike")
    client = Client()
    client.get(reverse("room:join", args=[invite(leader)[1]]))
    client.post(reverse("room:door"), {"name": "Ada"})

    page = client.get(at(canvas, "room")).text

    assert ("Lend a bike" in page, "The old van died" in page) == (True, True)
    assert f"/s/{owner.study.slug}/" not in page
    assert interview.participant.pseudonym not in page


def test_a_guest_reads_what_was_noted_and_not_the_words_of_a_customer(owner, client, canvas, leader):
    interview = make.make_interview(owner.study)
    make.make_job(owner.study, interview=interview, general=canvas.job)
    make.make_element(interview, kind="push", note="", verbatim="My Karin left me over that van")
    make.make_element(interview, kind="push", note="The van cost a marriage", verbatim="My Karin left me")
    post(client, at(canvas, "stage"), {"stage": "read"})
    guest, said = guest_client(invite(leader)[0]), ("Karin", "The van cost a marriage", "1 of 1 interviews")

    pages = [guest.get(at(canvas, name)).text for name in ("room", "screen", "screen_board")]

    assert [[words in page for words in said] for page in pages] == [[False, True, True]] * 3
    assert "My Karin left me over that van" in client.get(at(canvas, "screen_board")).text


def test_the_frame_of_a_guest_says_who_one_is_and_offers_nothing_to_sign_in_to(canvas, leader):
    page = guest_client(invite(leader)[0]).get(at(canvas, "room")).text

    frame = page[page.index('<header class="topbar') : page.index("</header>")]
    assert ("Ada" in frame, "data-save-state" in frame, "Light or dark" in frame) == (True, True, True)
    assert ("<a " in frame, "/account/" in page, "Sign in" in page) == (False, False, False)


@pytest.mark.parametrize(("role", "told"), [("contributor", True), ("observer", False)])
def test_only_who_could_write_is_told_at_the_end_that_it_is_saved(canvas, leader, role, told):
    page = guest_client(invite(leader, role=role)[0]).get(at(canvas, "room")).text

    thanks = page[page.index("<template data-over-words>") : page.index("Read on</button>")]
    assert ("<span></span>" in thanks) is told


# --- the large screen ----------------------------------------------------------------------------------
def test_the_large_screen_follows_the_phase_and_shows_no_control(client, canvas, leader):
    make.make_card(canvas, phase=1, text="In one")
    make.make_card(canvas, phase=3, text="In three")
    post(client, at(canvas, "focus"), {"phase": "3"})

    page = client.get(at(canvas, "screen")).text

    assert ("In three" in page, "In one" in page, "<button" in page, "<form" in page) == (
        True,
        False,
        False,
        False,
    )


def test_the_large_screen_shows_the_evidence_while_the_room_reads_it(owner, client, canvas, leader):
    interview = make.make_interview(owner.study)
    make.make_job(owner.study, interview=interview, general=canvas.job)
    make.make_element(interview, kind="push", note="The van died on the bridge")
    make.make_element(interview, kind="constraint", note="Two steep stairs", phase=None)
    said = ("The van died on the bridge", "Two steep stairs", "1 of 1 interviews")

    shown = {}
    for stage in ("begin", "read", "reveal"):
        post(client, at(canvas, "stage"), {"stage": stage})
        board = client.get(at(canvas, "screen_board")).text
        shown[stage] = [words in board for words in said]

    assert shown == {"begin": [True] * 3, "read": [True] * 3, "reveal": [False] * 3}


def test_cards_with_as_many_dots_share_their_place(client, canvas, leader):
    first, second, third = (make.make_card(canvas, text=text) for text in ("One", "Two", "Three"))
    dots = {str(first.key): 2, str(second.key): 4, str(third.key): 4}
    Workshop.objects.update(voting="closed", result=dots)

    for page in ("screen", "controls"):
        text = client.get(at(canvas, page)).text
        assert re.findall(r'<li value="(\d)">', text) == ["1", "1", "3"]


def test_the_large_screen_says_that_the_timer_stands(client, canvas, leader):
    post(client, at(canvas, "timer"), {"minutes": "5"})
    running_board = client.get(at(canvas, "screen_board")).text
    post(client, at(canvas, "timer"), {"do": "pause"})

    assert ("paused" in running_board, "paused" in client.get(at(canvas, "screen_board")).text) == (
        False,
        True,
    )


def test_the_code_on_the_large_screen_needs_the_token_of_an_open_link_of_this_room(client, canvas, leader):
    _link, token = invite(leader)

    assert "scr-qr" in client.post(at(canvas, "screen"), {"token": token}).text
    assert "scr-qr" not in client.post(at(canvas, "screen"), {"token": "wrong"}).text
    RoomLink.objects.update(revoked_at=timezone.now())
    assert "scr-qr" not in client.post(at(canvas, "screen"), {"token": token}).text


# --- the end -----------------------------------------------------------------------------------------
def test_an_action_is_made_from_a_card_without_leaving_the_canvas(owner, client, canvas, leader):
    card = make.make_card(canvas, kind="action", text="Lend a bike")
    url, prefix = at(canvas, "card_action", card.key), f"card-{card.key}"
    assert "Lend a bike</textarea>" in client.get(url).text

    typed = {"title": "Lend ten bikes", "due_on": "2027-01-31", "size": "small", "kpi": "Families that ride"}
    numbers = {"kpi_baseline": "2", "kpi_target": "6.5"}
    believed = {"hypothesis_change": "lending bikes", "performer": "parents", "because": "two said so"}
    response = post(client, url, prefixed(prefix, typed | numbers | believed | {"owner": owner.user.pk}))

    action = Action.objects.get()
    assert (action.title, action.owner, str(action.due_on), action.kpi, action.card) == (
        "Lend ten bikes", owner.user, "2027-01-31", "Families that ride", card,
    )  # fmt: skip
    assert (action.kpi_baseline, action.kpi_target) == (2, 6.5)
    assert {name: getattr(action, name) for name in believed} == believed
    assert "have an owner, a date and a hypothesis" in response.text


def test_of_an_action_the_room_is_asked_what_it_must_answer_and_the_rest_is_folded_away(
    client, canvas, leader
):
    card = make.make_card(canvas, kind="action", text="Lend a bike")
    url, prefix = at(canvas, "card_action", card.key), f"card-{card.key}"

    asked, rest = client.get(url).text.split("<details")
    names = re.compile(rf'name="{prefix}-(\w+)"')
    assert names.findall(asked) == ["title", "owner", "due_on", "hypothesis_change", "kpi"]
    folded = "performer", "from_state", "to_state", "because", "kpi_baseline", "kpi_target", "kpi_by", "size"
    assert names.findall(rest) == [*folded, "version"]

    typed = {"title": "Lend\r\n ten bikes", "size": "small", "kpi_target": "many", "because": "two said so"}
    refused = post(client, url, prefixed(prefix, typed))
    assert refused.status_code == 422
    assert f'id="error_{prefix}-kpi_target"' in refused.text.split("<details")[1].partition(" open>")[2]
    assert "two said so</textarea>" in refused.text
    post(client, url, prefixed(prefix, typed | {"kpi_target": "6"}))
    assert Action.objects.get().title == "Lend ten bikes"


def test_ending_shows_what_is_left_and_it_is_filled_in_on_the_spot(owner, client, canvas, leader):
    make.make_card(canvas, kind="action", text="Ask the garage")

    ended = post(client, at(canvas, "end")).text
    action = Action.objects.get()
    assert "1 action card went into the tracker" in ended
    assert "no owner, no date, no hypothesis" in ended

    prefix = f"action-{action.pk}"
    typed = {"title": action.title, "due_on": "2027-01-31", "size": "medium", "version": action.version}
    data = prefixed(prefix, typed | {"owner": owner.user.pk})
    without = post(client, at(canvas, "action_set", action.pk), data)
    assert "1 of 1 action without an owner, a date or a hypothesis" in without.text
    data |= prefixed(prefix, {"hypothesis_change": "asking", "version": action.version + 1})
    saved = post(client, at(canvas, "action_set", action.pk), data)

    action.refresh_from_db()
    assert (action.owner, str(action.due_on), action.size) == (owner.user, "2027-01-31", "medium")
    assert "have an owner, a date and a hypothesis" in saved.text
    assert (
        post(client, at(canvas, "action_set", action.pk), data | {f"{prefix}-title": "Late"}).status_code
        == 409
    )


def test_whether_the_customer_would_welcome_an_action_is_answered_on_the_canvas(
    owner, client, canvas, leader
):
    action, asked = make.make_action(canvas, title="Lend ten"), "Would the customer welcome this"
    make.make_action(canvas, title="Over", status="stopped")
    url = at(canvas, "action_check", action.pk)
    assert "1 of 2 actions without an answer" in client.get(at(canvas, "actions")).text

    without = post(client, url, {"note": "They said so"})
    assert (without.status_code, "Choose yes or no." in without.text) == (422, True)
    assert "They said so</textarea>" in without.text
    answered = post(client, url, {"welcomed": "1", "note": "They said so"})

    assert asked not in answered.text
    action.refresh_from_db()
    assert (action.welcomed, action.welcomed_note) == (True, "They said so")
    assert action.welcomed_by == owner.user


def test_an_owner_from_elsewhere_is_refused_and_what_was_typed_stays(client, canvas, leader, outsider):
    action = make.make_action(canvas)
    prefix = f"action-{action.pk}"

    typed = {"title": "New words", "owner": outsider.user.pk, "size": "small", "version": action.version}
    response = post(client, at(canvas, "action_set", action.pk), prefixed(prefix, typed))

    assert response.status_code == 422
    assert "New words</textarea>" in response.text
    assert "must be a member of the study" in response.text
    action.refresh_from_db()
    assert action.title != "New words"


def test_facts_bring_the_bar_to_a_page_that_shows_another(client, canvas, leader, as_role, login):
    other, url = login(as_role(Role.STRATEGIST)), at(canvas, "facts")
    first = other.get(url).json()
    shown = re.search(r'data-shape="([^"]+)"', first["bar"])[1]
    post(client, at(canvas, "stage"), {"stage": "write2"}, BAR)

    told = other.get(url, {"shape": shown}).json()

    assert "Write silently, phase 2" in told["bar"]
    assert "<button" not in told["bar"]
    now = re.search(r'data-shape="([^"]+)"', told["bar"])[1]
    assert now == f"{told['workshop']['shape']} contributor" != shown
    assert "bar" not in other.get(url, {"shape": now}).json()
    assert "bar" not in client.get(url).json()  # whoever leads
    post(client, at(canvas, "end"))
    over = other.get(url, {"shape": now}).json()
    assert (over["workshop"], over["bar"].strip()) == (None, "")
    assert "bar" not in other.get(url).json()


def test_of_a_full_room_only_the_first_page_has_the_cards_read(canvas, leader, as_role, login):
    asked = []
    for client in [login(as_role(Role.STRATEGIST)) for _ in range(3)]:
        with CaptureQueriesContext(connection) as queries:
            told = client.get(at(canvas, "facts"), {"shape": "another"}).json()
        asked.append(len(queries))

    assert told["bar"]
    assert asked[0] > asked[1] == asked[2] <= 12


@pytest.mark.parametrize("rows", [1, 3])
def test_controls_cost_the_same_however_much_there_is(
    client, canvas, leader, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make.make_card(canvas, kind="action", text=f"Act {number}")
        invite(leader)
    with django_assert_max_num_queries(20):
        client.get(at(canvas, "controls"))
