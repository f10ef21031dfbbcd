"""What the facilitator locks holds on every page, not only in open windows of the canvas."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from strategy.actions import cards, versions
from strategy.actions.decisions import decide
from strategy.actions.restoring import restore_card_of, restore_version
from strategy.actions.room import lock_card, lock_lanes
from strategy.actions.rules import StrategyRefused
from strategy.actions.sheets import changing, shared_sheet
from strategy.actions.workshops import action_from_card
from strategy.document import CardData, change_card, put_card
from strategy.models import CanvasVersion, Card
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import edit_card, lead, move_card


@pytest.fixture
def member(as_role: Any) -> StudyAccess:
    found: StudyAccess = as_role(Role.STRATEGIST)
    return found


@pytest.fixture
def card(owner: StudyAccess) -> Card:
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    found = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="As it was", kind="assumption")
    versions.name_version(owner, canvas=canvas, name="Board")
    return edit_card(owner, card=found, text="As it is")


@pytest.fixture
def leader(owner: StudyAccess, card: Card) -> Seat:
    return lead(owner, card.canvas)


WAYS = {
    "restore": lambda access, card: restore_card_of(access, version=board(), key=str(card.key)),
    "edit": lambda access, card: edit_card(access, card=card, text="Mine"),
    "move out": lambda access, card: move_card(access, card=card, phase=1, lane="target"),
    "trash": lambda access, card: cards.trash_card(access, card=card),
    "agree": lambda access, card: cards.agree_card(access, card=card),
    "action": lambda access, card: action_from_card(access, card=card),
}


def board() -> CanvasVersion:
    return CanvasVersion.objects.select_related("canvas").get(name="Board")


def lock(leader: Seat, card: Card, what: str) -> None:
    if what == "card":
        lock_card(leader, card=card, locked=True)
    else:
        lock_lanes(leader, lanes=["need"])


@pytest.mark.parametrize("what", ["card", "lane"])
@pytest.mark.parametrize("way", WAYS)
def test_a_locked_card_changes_only_the_facilitator(owner, member, leader, card, way, what):
    lock(leader, card, what)
    before = Card.with_trash.values().get(pk=card.pk)

    with pytest.raises(StrategyRefused, match="locked"):
        WAYS[way](member, card)
    assert Card.with_trash.values().get(pk=card.pk) == before
    assert (card.canvas.versions.count(), card.canvas.actions.count()) == (2, 0)  # "Board", workshop begins

    WAYS[way](owner, card)
    assert Card.with_trash.values().get(pk=card.pk) != before


def test_nothing_comes_into_a_locked_lane_or_back_into_it(member, leader, card):
    other = cards.add_card(member, canvas=card.canvas, phase=1, lane="target", text="Elsewhere")
    cards.trash_card(member, card=card)
    lock(leader, card, "lane")

    for change in (
        lambda: cards.restore_card(member, card=card),
        lambda: move_card(member, card=other, phase=1, lane="need"),
        lambda: cards.add_card(member, canvas=card.canvas, phase=1, lane="need", text="New"),
    ):
        with pytest.raises(StrategyRefused, match="locked"):
            change()
    assert list(card.canvas.cards.values_list("text", "lane")) == [("Elsewhere", "target")]


@pytest.mark.parametrize("decision", ["change", "drop"])
def test_a_locked_card_is_not_decided_about_by_others(owner, member, card, decision):
    element = make.make_element(make.make_interview(owner.study), verbatim="One")
    edit_card(owner, card=card, links=frozenset({f"element:{element.pk}"}))
    cards.agree_card(owner, card=card)
    type(element)._base_manager.filter(pk=element.pk).update(deleted_at=timezone.now())
    lock(lead(owner, card.canvas), card, "lane")

    with pytest.raises(StrategyRefused, match="locked"):
        decide(member, card=card, decision=decision, reason="Nothing carries it.")

    assert card.decisions.count() == 0
    decide(owner, card=card, decision=decision, reason="Nothing carries it.")


def test_pages_say_that_it_is_locked(member, leader, card, login):
    lock(leader, card, "card")
    client, here = login(member), [card.study.slug, card.canvas_id, card.pk]

    answer = client.post(reverse("strategy:card_action", args=here), headers={"accept": "application/json"})
    assert (answer.status_code, "locked" in answer.json()["message"]) == (409, True)
    url = reverse("room:card_action", args=[card.canvas_id, card.key])
    answer = client.post(url, {f"card-{card.key}-title": "Do it", f"card-{card.key}-size": "small"})
    assert (answer.status_code, "locked" in answer.text) == (409, True)
    cards.trash_card(leader.access, card=card)
    page = client.post(reverse("strategy:card_restore", args=here), follow=True)
    assert "The facilitator has locked this card" in page.text


def test_a_card_that_rows_do_not_show_yet_is_locked_and_becomes_an_action_as_it_is(leader, card, login):
    """Rows lag behind while people type."""
    client, young = login(leader.access), str(uuid4())
    with changing(shared_sheet(card.canvas)) as doc:
        put_card(doc, CardData(young, text="A moment old"))
        change_card(doc, str(card.key), text="As it is by now")

    answer = client.post(reverse("room:card_lock", args=[card.canvas_id, young]), {"on": "1"})
    with changing(shared_sheet(card.canvas)) as doc:
        change_card(doc, str(card.key), text="As it is after all")
    form = client.get(reverse("room:card_action", args=[card.canvas_id, card.key])).text

    assert (answer.status_code, Card.objects.get(key=young).locked) == (200, True)
    assert "As it is after all" in form


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("whole", [True, False])
def test_going_back_holds_the_sheet_before_it_reads_it(owner, card, whole):
    """Else what somebody writes in between is in no version: undoing the restore would lose it."""
    version = board()
    with CaptureQueriesContext(connection) as asked:
        if whole:
            restore_version(owner, version=version)
        else:
            restore_card_of(owner, version=version, key=str(card.key))

    queries = [query["sql"] for query in asked]
    locks = [n for n, sql in enumerate(queries) if '"strategy_sheet"' in sql and "FOR UPDATE" in sql]
    reads = [n for n, sql in enumerate(queries) if "strategy_sheetsnapshot" in sql or "sheetupdate" in sql]
    assert locks[0] < reads[0]
