"""The door for guests as a browser meets it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from strategy.actions.links import revoke_link
from strategy.actions.workshops import end_workshop
from strategy.models import Canvas, Guest, RoomLink
from strategy.seats import Seat
from strategy.views import guests
from studies.access import StudyAccess
from tests.strategy.rooms import guest_client, invite, lead


@pytest.fixture
def leader(owner: StudyAccess, canvas: Canvas) -> Seat:
    cache.clear()
    return lead(owner, canvas)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    written, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def opened(token: str) -> Client:
    client = Client()
    response = client.get(reverse("room:join", args=[token]))
    assert (response.status_code, response["Location"]) == (302, reverse("room:door"))
    return client


def facts_of(client: Client, canvas: Canvas) -> int:
    return client.get(reverse("room:facts", args=[canvas.pk])).status_code


def test_a_guest_says_a_name_and_is_in(leader, canvas):
    _link, token = invite(leader)
    client = opened(token)
    assert facts_of(client, canvas) == 404

    response = client.post(reverse("room:door"), {"name": "  Ada \n Lovelace "})

    assert (response.status_code, response["Location"]) == (302, f"/room/{canvas.pk}/")
    me = client.get(reverse("room:facts", args=[canvas.pk])).json()["me"]
    assert (me["name"], me["role"], me["may_edit"]) == ("Ada Lovelace", "contributor", True)


def test_the_page_says_what_is_seen_and_kept_and_names_nothing_of_the_study(leader, canvas):
    client = opened(invite(leader, role="observer")[1])

    page = client.get(reverse("room:door"))

    assert "Everybody in the room sees your name and your cards" in page.text
    assert "an <strong>observer</strong>" in page.text
    assert canvas.study.name not in page.text
    assert (page["Referrer-Policy"], page["X-Frame-Options"]) == ("same-origin", "DENY")


def test_the_token_is_in_no_log_no_page_and_no_later_address(leader, canvas, log):
    link, token = invite(leader)
    wrong = "a-token-that-nobody-made"
    for word in (token, wrong):
        client = opened(word)
        page = client.get(reverse("room:door"))
        assert word not in page.text
    RoomLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(1))
    opened(token).get(reverse("room:door"))

    assert "/room/join/" in log.getvalue()  # refusals were logged
    assert (token in log.getvalue(), wrong in log.getvalue()) == (False, False)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Say under which name"),
        ("\u202eada", "Use letters"),
        ("\u200d", "Use letters"),
        ("x" * 61, "60"),
    ],
)
def test_a_name_that_is_none_is_asked_for_again(leader, name, why):
    client = opened(invite(leader)[1])

    response = client.post(reverse("room:door"), {"name": name})

    assert (response.status_code, why in response.text, Guest.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("name", ["محمد 👨\u200d👩\u200d👧", "نگین می\u200cخواهد"])
def test_a_name_may_hold_what_joins_its_letters(leader, name):
    opened(invite(leader)[1]).post(reverse("room:door"), {"name": name})

    assert [guest.name for guest in Guest.objects.all()] == [name]


def test_a_wrong_passcode_says_so_and_keeps_the_name(leader):
    client = opened(invite(leader, passcode="blue bike")[1])

    response = client.post(reverse("room:door"), {"name": "Ada", "passcode": "red bike"})

    assert response.status_code == 422
    assert "This is not the passcode" in response.text
    assert 'value="Ada"' in response.text
    assert "red bike" not in response.text
    assert response.text.count("autofocus") == 1
    assert 'spellcheck="false" autofocus' in response.text


def test_passcodes_are_not_guessed(leader):
    client = opened(invite(leader, passcode="blue bike")[1])
    for guess in range(guests.GUESSES):
        client.post(reverse("room:door"), {"name": "Ada", "passcode": str(guess)})

    response = client.post(reverse("room:door"), {"name": "Ada", "passcode": "blue bike"})

    assert (response.status_code, Guest.objects.count()) == (429, 0)
    assert "Too many passcodes" in response.text


def test_a_room_of_thirty_comes_in_by_one_address_though_each_mistypes_once(leader):
    token = invite(leader, passcode="blue bike")[1]
    for person in range(30):
        client = opened(token)
        for passcode in ("blue bikes", "blue bike"):
            client.post(reverse("room:door"), {"name": f"Ada {person}", "passcode": passcode})

    assert Guest.objects.count() == 30


def test_links_are_not_guessed(leader):
    for _ in range(guests.OPENINGS):
        opened("guess")

    response = opened("guess").get(reverse("room:door"))
    assert (response.status_code, "Wait five minutes" in response.text) == (429, True)


@pytest.mark.parametrize("limit", [300, 0])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_however_a_link_is_asked_for_no_log_and_no_page_has_its_address(
    leader, log, monkeypatch, method, limit
):
    """Whatever is refused is logged with its address, and whoever leaves a page names it as Referer."""
    monkeypatch.setattr(guests, "OPENINGS", limit)
    token = invite(leader)[1]

    response = Client(enforce_csrf_checks=True).generic(method, reverse("room:join", args=[token]))

    assert (response.status_code, response["Location"]) == (302, reverse("room:door"))
    assert token not in log.getvalue()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_token_that_another_page_posts_opens_nothing_and_is_in_no_log(leader, log, method):
    token, client = invite(leader)[1], Client(enforce_csrf_checks=True)

    response = client.generic(
        method, reverse("room:join", args=[token]), headers={"origin": "https://else.where"}
    )

    assert (response.status_code, response["Location"]) == (302, reverse("room:door"))
    assert (client.session.get(guests.LINK), token in log.getvalue()) == (None, False)
    assert client.get(reverse("room:door")).status_code == 404


@pytest.mark.parametrize("checks", [True, False])
def test_a_token_in_the_address_of_a_post_is_no_seat(leader, canvas, checks):
    token, client = invite(leader)[1], Client(enforce_csrf_checks=checks)

    response = client.post(f"{reverse('room:screen', args=[canvas.pk])}?token={token}", {"token": token})

    assert response.status_code == (403 if checks else 404)


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        ({"revoked_at": timezone.now()}, 410, "withdrawn"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 410, "expired"),
        ({"token_digest": "another"}, 404, "not valid"),
    ],
)
def test_a_closed_link_says_why(leader, change, status, why):
    link, token = invite(leader)
    RoomLink.objects.filter(pk=link.pk).update(**change)

    response = opened(token).get(reverse("room:door"))

    assert (response.status_code, why in response.text) == (status, True)


@pytest.mark.parametrize(
    ("over", "title", "why", "alerts"),
    [
        (True, "Thank you for taking part", "What you wrote is saved", 0),
        (False, "You are not in this workshop any more", "This link was withdrawn", 1),
    ],
)
def test_a_guest_who_is_out_reads_why_and_nobody_else_does(owner, leader, canvas, over, title, why, alerts):
    link = invite(leader)[0]
    client = guest_client(link)
    end_workshop(leader) if over else revoke_link(owner, link=link)

    page = client.get(reverse("room:room", args=[canvas.pk]))

    assert (page.status_code, why in page.text) == (404, True)
    assert (f"<h1>{title}</h1>" in page.text, page.text.count('role="alert"')) == (True, alerts)
    assert canvas.study.name not in page.text
    assert Client().get(reverse("room:room", args=[canvas.pk])).status_code == 404


def test_a_member_goes_to_the_canvas_as_a_member(owner, leader, canvas, login):
    _link, token = invite(leader)
    client: Any = login(owner)
    client.get(reverse("room:join", args=[token]))

    response = client.get(reverse("room:door"))

    assert response["Location"] == reverse("strategy:canvas", args=[owner.study.slug, canvas.pk])
    assert Guest.objects.count() == 0


def test_the_key_of_the_session_changes_at_the_door(leader):
    client = opened(invite(leader)[1])
    before = client.session.session_key

    client.post(reverse("room:door"), {"name": "Ada"})

    assert client.session.session_key != before


def test_who_leaves_is_out_on_this_device_and_reads_so(leader, canvas):
    client = guest_client(invite(leader)[0])
    assert client.get(reverse("room:room", args=[canvas.pk])).status_code == 200

    left = client.post(reverse("room:leave"), follow=True)

    assert "This device keeps nothing of the canvas any more." in left.text
    assert client.get(reverse("room:room", args=[canvas.pk])).status_code == 404
    assert dict(client.session) == {}


def test_who_leaves_and_has_an_account_elsewhere_stays_signed_in(leader, canvas, outsider, login):
    client = login(outsider)
    client.get(reverse("room:join", args=[invite(leader)[1]]))
    client.post(reverse("room:door"), {"name": "Ada"})

    client.post(reverse("room:leave"))

    assert client.get(reverse("room:room", args=[canvas.pk])).status_code == 404
    assert client.get(reverse("study_home", args=[outsider.study.slug])).status_code == 200


def test_a_study_is_closed_to_guests(leader, canvas):
    client = opened(invite(leader)[1])
    client.post(reverse("room:door"), {"name": "Ada"})

    for name in ("study_home", "strategy:canvases", "strategy:actions", "jobs:priorities"):
        response = client.get(reverse(name, args=[canvas.study.slug]))
        assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_what_a_guests_browser_keeps_of_us_says_nothing_of_anybody():
    page = Client().get(reverse("room:away"))

    assert "The canvas cannot be reached" in page.text
    assert (page.cookies.output(), "csrf" in page.text) == ("", False)
