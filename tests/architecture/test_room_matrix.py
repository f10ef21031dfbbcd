"""Who may open what below /room/: members of the study, guests of this one canvas, and nobody else.

Generated from the resolver as test_matrix.py is, so that no route of a room is forgotten.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from strategy import room_urls
from strategy.actions.links import revoke_link
from strategy.models import Canvas, Card, RoomLink
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.architecture.populated import populate
from tests.architecture.test_matrix import call, kind_of
from tests.strategy.rooms import guest_client, invite, lead

PUBLIC = {"door", "join", "away", "leave", "left"}  # the door itself, tested in tests/strategy/test_door.py
ROUTES: dict[str, URLPattern] = {
    str(one.name): one for one in room_urls.urlpatterns if one.name not in PUBLIC
}


def address(name: str, ids: dict[str, Any]) -> str:
    pattern = ROUTES[name].pattern
    url = f"/room/{pattern}"
    for word, converter in pattern.converters.items():
        url = url.replace(f"<{kind_of(converter)}:{word}>", str(ids[word]))
    return url


@pytest.fixture
def ids(owner: StudyAccess) -> dict[str, Any]:
    return of_a_room(owner)[1]


def of_a_room(access: StudyAccess) -> tuple[Seat, dict[str, Any]]:
    """A running workshop on the canvas of a populated study."""
    ids = populate(access)
    canvas = Canvas.objects.get(pk=ids["canvas_id"])
    canvas.workshops.all().delete()
    leader = lead(access, canvas)
    key = Card.objects.get(pk=ids["card_id"]).key
    return leader, ids | {"card_key": key, "room_link_id": invite(leader)[0].pk}


def answers(client: Client, ids: dict[str, Any]) -> dict[str, int]:
    """Route -> its answer. The workshop ends last."""
    return {name: call(client, address(name, ids)) for name in sorted(ROUTES, key=lambda name: name == "end")}


def test_a_room_does_not_exist_for_whoever_is_not_in_it(
    ids: dict[str, Any], owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    """Nobody, somebody of another study, a guest of that study's room, and a guest whose link was revoked."""
    link = RoomLink.objects.get(pk=ids["room_link_id"])
    strangers = {
        "anonymous": Client(),
        "outsider": login(outsider),
        "guest elsewhere": guest_client(invite(of_a_room(outsider)[0])[0]),
        "guest once": guest_client(link),
    }
    revoke_link(owner, link=link)

    for who, client in strangers.items():
        assert answers(client, ids) == dict.fromkeys(ROUTES, 404), who


def test_the_facilitator_gets_in(ids: dict[str, Any], owner: StudyAccess, login: Any) -> None:
    found = answers(login(owner), ids)

    assert found.pop("take_over") == 403  # from nobody but oneself
    assert {name: status for name, status in found.items() if status not in {200, 302, 409, 422}} == {}


def test_a_guest_gets_in_or_is_told_that_it_is_for_members(ids: dict[str, Any]) -> None:
    found = answers(guest_client(RoomLink.objects.get(pk=ids["room_link_id"])), ids)

    open_to_guests = {name for name, status in found.items() if status != 403}
    talk = {"comments", "comment_resolve", "evidence"}
    assert open_to_guests == talk | {"room", "facts", "screen", "screen_board", "workshop", "card_dot"}


def test_a_row_of_another_room_does_not_exist_here(
    ids: dict[str, Any], owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    foreign, client = of_a_room(outsider)[1], login(owner)
    for name, route in ROUTES.items():
        for word in route.pattern.converters.keys() - {"canvas_id"}:
            # A dot is refused as on a card that was deleted: 409
            assert call(client, address(name, ids | {word: foreign[word]})) in {404, 409}, name


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_members_who_only_look_change_nothing(
    role: Role, ids: dict[str, Any], owner: StudyAccess, login: Any
) -> None:
    client = login(make.make_access(role, study=owner.study))
    changing = [name for name in ROUTES if client.get(address(name, ids)).status_code == 405]

    statuses = {name: client.post(address(name, ids)).status_code for name in changing}
    may_comment = {"comment_resolve"} if role == Role.REVIEWER else set()
    assert {name for name, status in statuses.items() if status != 403} == may_comment
