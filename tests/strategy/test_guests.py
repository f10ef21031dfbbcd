"""Guests come in by a link: as what it says, until it expires or is revoked, and only into this one room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from strategy.actions.links import join, make_link, revoke_link
from strategy.actions.rules import StrategyRefused
from strategy.actions.workshops import end_workshop
from strategy.models import Canvas, Guest, RoomLink
from strategy.seats import open_seat
from tests import factories as make
from tests.strategy.rooms import come_in, invite


def is_in(session: dict[str, object], canvas: Canvas) -> bool:
    try:
        open_seat(AnonymousUser(), session, canvas.pk)
    except Http404:
        return False
    return True


@pytest.mark.parametrize(("role", "may_edit"), [("contributor", True), ("observer", False)])
def test_a_guest_is_what_the_link_says(leader, role, may_edit):
    seat, _session = come_in(invite(leader, role=role)[0], "Ada")

    assert (seat.role, seat.name, seat.may_edit, seat.may_comment, seat.leads, seat.access) == (
        role, "Ada", may_edit, may_edit, False, None,
    )  # fmt: skip


def test_no_link_makes_a_facilitator_in_the_page(leader):
    from strategy.forms.room import LinkForm

    assert not LinkForm({"role": "facilitator", "hours": 8}).is_valid()


def test_only_digests_are_stored(leader):
    link, token = invite(leader, passcode="blue bike")
    come_in(link, passcode="blue bike")

    stored = str(RoomLink.objects.values()) + str(Guest.objects.values())
    assert (token in stored, "blue bike" in stored) == (False, False)


def test_the_key_of_one_room_opens_no_other(owner, leader, canvas):
    _seat, session = come_in(invite(leader)[0])
    other = make.make_canvas(make.make_job(owner.study, scope="generalised"))

    [key] = session["room_guests"].values()
    assert is_in(session, canvas)
    assert not is_in({"room_guests": {str(other.pk): key}}, other)


@pytest.mark.parametrize("why", ["revoked", "expired", "ended", "deleted"])
def test_guests_are_out_at_once(owner, leader, canvas, why):
    link, _token = invite(leader)
    _seat, session = come_in(link)
    assert is_in(session, canvas)

    if why == "revoked":
        assert revoke_link(owner, link=link)
    elif why == "expired":
        RoomLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "ended":
        end_workshop(leader)
    else:
        Canvas.objects.filter(pk=canvas.pk).update(deleted_at=timezone.now())

    assert not is_in(session, canvas)
    with pytest.raises(StrategyRefused):
        join(link, name="Late")
    assert Guest.objects.count() == 1


def test_the_passcode_is_asked_for(leader):
    link, _token = invite(leader, passcode="blue bike")

    for wrong in ("", "Blue bike"):
        with pytest.raises(StrategyRefused, match="not the passcode"):
            join(link, name="Ada", passcode=wrong)
    assert come_in(link, passcode="blue bike")[0].name == "Ada"


def test_made_revoked_and_joined_stand_in_the_history(owner, leader):
    link, _token = invite(leader, note="Workshop on Monday")
    come_in(link, "Ada")
    assert revoke_link(owner, link=link)
    assert not revoke_link(owner, link=link)

    told = owner.study.history.filter(verb__in=["room.opened", "guest.joined", "room.closed"]).order_by("pk")
    assert list(told.values_list("verb", "actor_name", "target_label")) == [
        ("room.opened", leader.name, "Workshop on Monday (Contributor)"),
        ("guest.joined", "Ada (guest)", "Get the children to school on time"),
        ("room.closed", leader.name, "Workshop on Monday (Contributor)"),
    ]


def test_a_link_has_an_end_in_sight(leader):
    with pytest.raises(ValidationError):
        make_link(leader, role="contributor", hours=8, note="x" * 200)
