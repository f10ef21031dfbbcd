"""Dots: n each, taken back while the vote is open, seen by nobody, and counted without names."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from strategy.actions import votes
from strategy.actions.room import enter_stage, focus
from strategy.actions.rules import StrategyRefused
from strategy.actions.sheets import shared_sheet
from strategy.agenda import STAGE_OF
from strategy.models import Dot, Workshop
from strategy.queries import rooms
from strategy.queries.facts import facts
from strategy.queries.workshops import ranked, running, votes_placed
from strategy.seats import Seat
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import come_in, invite, lead, seat_of


def mine(seat: Seat) -> dict[str, int]:
    return facts(seat)["workshop"]["mine"]


def test_dots_are_counted_and_forgotten(owner, canvas, as_role):
    one, two = make.make_card(canvas), make.make_card(canvas, phase=2)
    leader = lead(owner, canvas)
    voters = [leader, seat_of(as_role(Role.STRATEGIST), canvas), come_in(invite(leader)[0])[0]]
    votes.open_vote(leader, dots=2)
    for voter in voters:
        votes.put_dot(voter, key=one.key)
        votes.put_dot(voter, key=two.key if voter is leader else one.key)
    assert votes_placed(running(canvas)) == (6, 3)

    votes.close_vote(leader)

    workshop = running(canvas)
    assert (workshop.voting, workshop.result) == ("closed", {str(one.key): 5, str(two.key): 1})
    assert not Dot.objects.exists()
    assert [(voted.card, voted.dots) for voted in ranked(workshop)] == [(one, 5), (two, 1)]
    assert owner.study.history.get(verb="workshop.counted").data == {"dots": 6, "cards": 2}


def test_nobody_sees_another_ones_dots_before_the_count(owner, canvas, as_role):
    card, leader = make.make_card(canvas), lead(owner, canvas)
    voter = seat_of(as_role(Role.RESEARCHER), canvas)
    votes.open_vote(leader, dots=3)
    votes.put_dot(voter, key=card.key)

    assert mine(voter) == {str(card.key): 1}
    assert (mine(leader), facts(leader)["workshop"]["result"]) == ({}, {})


def test_a_dot_concerns_its_own_seat_and_leaves_the_room_as_it_was(owner, canvas, as_role):
    """Fifty people who vote would else have fifty pages ask for news of the room all the time."""
    card, sheet, leader = make.make_card(canvas), shared_sheet(canvas), lead(owner, canvas)
    voter = seat_of(as_role(Role.RESEARCHER), canvas)
    votes.open_vote(leader, dots=3)
    votes.put_dot(leader, key=card.key)
    [before] = rooms.standings([sheet.pk])

    votes.put_dot(voter, key=card.key)
    [placed] = rooms.standings([sheet.pk])
    votes.close_vote(leader)
    [after] = rooms.standings([sheet.pk])

    assert (placed.rights, placed.room) == (before.rights, before.room) != (after.rights, after.room)
    assert (before.dots.keys(), placed.dots.keys()) == ({leader.key}, {leader.key, voter.key})
    assert placed.dots[leader.key] == before.dots[leader.key]
    assert after.dots == {}


def test_one_gets_n_dots_and_may_take_them_back(owner, canvas):
    one, two, leader = make.make_card(canvas), make.make_card(canvas), lead(owner, canvas)
    votes.open_vote(leader, dots=2)
    votes.put_dot(leader, key=one.key)
    votes.put_dot(leader, key=one.key)
    with pytest.raises(StrategyRefused, match="All your 2 dots are placed"):
        votes.put_dot(leader, key=two.key)

    votes.take_dot(leader, key=one.key)
    votes.take_dot(leader, key=two.key)  # none lies there: nothing happens
    votes.put_dot(leader, key=two.key)

    assert mine(leader) == {str(one.key): 1, str(two.key): 1}


def test_only_cards_that_all_look_at_count(owner, canvas, outsider):
    here, elsewhere = make.make_card(canvas, phase=1), make.make_card(canvas, phase=2)
    theirs = make.make_card(make.make_canvas(make.make_job(outsider.study, scope="generalised")))
    leader = lead(owner, canvas)
    focus(leader, phase=1)
    votes.open_vote(leader, dots=5)

    for key in (elsewhere.key, theirs.key, uuid4()):
        with pytest.raises(StrategyRefused, match="not among those"):
            votes.put_dot(leader, key=key)
    votes.put_dot(leader, key=here.key)

    assert mine(leader) == {str(here.key): 1}


def test_a_vote_on_one_phase_leaves_the_counts_of_the_others(owner, canvas):
    one, two = make.make_card(canvas, phase=1), make.make_card(canvas, phase=2)
    leader = lead(owner, canvas)
    for phase, card in ((1, one), (2, two)):
        focus(leader, phase=phase)
        votes.open_vote(leader, dots=1)
        votes.put_dot(leader, key=card.key)
        votes.close_vote(leader)

    assert running(canvas).result == {str(one.key): 1, str(two.key): 1}


def test_observers_and_closed_votes_take_no_dots(owner, canvas, as_role):
    card, leader = make.make_card(canvas), lead(owner, canvas)
    watching = seat_of(as_role(Role.VIEWER), canvas), come_in(invite(leader, role="observer")[0])[0]
    with pytest.raises(StrategyRefused, match="No vote is open"):
        votes.put_dot(leader, key=card.key)
    votes.open_vote(leader, dots=1)

    for seat in watching:
        with pytest.raises(PermissionDenied):
            votes.put_dot(seat, key=card.key)
    assert not Dot.objects.exists()


def test_the_next_step_of_the_agenda_counts(owner, canvas):
    card, leader = make.make_card(canvas), lead(owner, canvas)
    enter_stage(leader, stage=STAGE_OF["vote"])
    votes.put_dot(leader, key=card.key)

    enter_stage(leader, stage=STAGE_OF["shape"])

    assert running(canvas).result == {str(card.key): 1}


def placed(seat: Seat, key: UUID) -> str:
    try:
        votes.put_dot(seat, key=key)
    except StrategyRefused:
        return "refused"
    return "placed"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="in a file: tests/e2e/test_workshop.py")
@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_get_no_dot_too_many() -> None:
    owner = make.make_access(Role.OWNER)
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    cards, leader = [make.make_card(canvas).key for _ in range(4)], lead(owner, canvas)
    votes.open_vote(leader, dots=3)
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def window(key: UUID) -> None:
        ready.wait()
        outcomes.append(placed(leader, key))
        connection.close()

    windows = [threading.Thread(target=window, args=(cards[n % 4],)) for n in range(8)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()

    assert Counter(outcomes) == {"placed": 3, "refused": 5}
    assert Dot.objects.count() == 3
    assert Workshop.objects.get().voting == "open"
