"""Workshops: who leads, what the room is set to, and that at the end every action is in the tracker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from jobs.actions.priorities import ranking
from strategy import agenda
from strategy.actions import room, silence, votes, workshops
from strategy.actions.rules import StrategyRefused
from strategy.models import Action, Canvas, Workshop
from strategy.queries.facts import facts
from strategy.queries.workshops import loose_actions, may_take_over, running, workshop_facts
from studies.models import Membership
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import come_in, invite, lead, seat_of


# --- who leads ---------------------------------------------------------------------------------------
def test_whoever_starts_a_workshop_leads_it(leader, owner):
    assert (leader.role, leader.leads) == ("facilitator", True)
    assert facts(leader)["workshop"]["facilitator"] == {"key": leader.key, "name": leader.name}
    assert owner.study.history.filter(verb="workshop.started").count() == 1


def test_there_is_one_workshop_at_a_time_and_afterwards_another(owner, canvas, leader, as_role):
    with pytest.raises(StrategyRefused, match="running on this canvas already"):
        workshops.start_workshop(as_role(Role.STRATEGIST), canvas=canvas)
    workshops.end_workshop(leader)

    assert lead(owner, canvas).leads
    assert Workshop.objects.count() == 2


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
def test_who_may_not_edit_starts_nothing(role, canvas, as_role):
    with pytest.raises(PermissionDenied):
        workshops.start_workshop(as_role(role), canvas=canvas)


def test_a_workshop_is_handed_over(owner, canvas, leader, as_role):
    other = as_role(Role.STRATEGIST)

    workshops.hand_over(leader, user_id=other.user.pk)

    assert (seat_of(other, canvas).leads, seat_of(owner, canvas).leads) == (True, False)
    with pytest.raises(StrategyRefused, match="somebody else leads"):
        room.focus(leader, phase=1)  # from a window that does not know it yet


def test_it_is_handed_to_nobody_who_may_not_edit(leader, as_role, outsider):
    for access in (as_role(Role.VIEWER), outsider):
        with pytest.raises(StrategyRefused, match="Only a member who may edit"):
            workshops.hand_over(leader, user_id=access.user.pk)


def test_the_manager_of_the_study_may_take_over_and_an_editor_only_where_nobody_leads(owner, canvas, as_role):
    leading, editor = as_role(Role.STRATEGIST), as_role(Role.RESEARCHER)
    lead(leading, canvas)
    assert not may_take_over(seat_of(editor, canvas), running(canvas))
    with pytest.raises(PermissionDenied):
        workshops.take_over(seat_of(editor, canvas))

    workshops.take_over(seat_of(owner, canvas))
    assert seat_of(owner, canvas).leads

    Membership.objects.filter(user=owner.user).update(role=Role.VIEWER)
    workshops.take_over(seat_of(editor, canvas))
    assert seat_of(editor, canvas).leads


@pytest.mark.parametrize(
    "change",
    [
        lambda seat: room.focus(seat, phase=1),
        lambda seat: room.lock_lanes(seat, lanes=["need"]),
        lambda seat: room.start_timer(seat, seconds=60),
        lambda seat: room.pause_timer(seat),
        lambda seat: room.add_time(seat, seconds=60),
        lambda seat: room.stop_timer(seat),
        lambda seat: room.enter_stage(seat, stage=agenda.STAGES[0]),
        lambda seat: invite(seat),
        lambda seat: workshops.end_workshop(seat),
    ],
)
def test_only_the_facilitator_sets_the_room(change, canvas, leader, as_role):
    guest = come_in(invite(leader)[0])[0]

    for seat in (seat_of(as_role(Role.RESEARCHER), canvas), guest):
        with pytest.raises(PermissionDenied):
            change(seat)


def test_open_pages_of_members_know_how_many_actions_there_are(canvas, leader):
    guest = come_in(invite(leader)[0])[0]
    make.make_action(canvas)

    assert (facts(leader)["actions"], "actions" in facts(guest)) == (1, False)


def test_open_pages_of_members_know_which_ranking_is_the_newest(owner, canvas, leader):
    guest = come_in(invite(leader)[0])[0]

    before, newest = facts(leader)["ranking"], ranking(owner)

    assert (before, facts(leader)["ranking"], "ranking" in facts(guest)) == (0, newest.pk, False)


# --- what the room is set to ---------------------------------------------------------------------------
def left(canvas: Canvas) -> int:
    return room.left(Workshop.objects.get(canvas=canvas))


def test_the_timer_runs_pauses_goes_on_and_stops(canvas, leader):
    room.start_timer(leader, seconds=300)
    told = facts(leader)["workshop"]["timer"]
    assert 299_000 <= told["ends_at"] - told["now"] <= 300_000
    room.pause_timer(leader)
    assert left(canvas) == 300
    room.add_time(leader, seconds=60)
    assert facts(leader)["workshop"]["timer"] | {"now": 0} == {"seconds": 360, "ends_at": None, "now": 0}
    room.start_timer(leader)
    assert 359 <= left(canvas) <= 360

    room.stop_timer(leader)

    assert left(canvas) == 0


def test_time_added_after_the_end_counts_from_now_and_never_beyond_three_hours(canvas, leader):
    room.start_timer(leader, seconds=60)
    Workshop.objects.update(timer_ends_at=timezone.now() - timedelta(minutes=5))
    assert left(canvas) == 0

    room.add_time(leader, seconds=60)
    assert 59 <= left(canvas) <= 60

    room.add_time(leader, seconds=10**6)
    assert left(canvas) == room.LONGEST_TIMER


def test_the_agenda_takes_two_hours_and_sets_the_room_step_by_step(leader):
    assert sum(stage.minutes for stage in agenda.STAGES) == 120
    steps = ("begin", "read", "write1", "reveal", "vote", "shape", "act", "check")
    assert [agenda.starts_at(key) for key in steps] == [0, 10, 20, 45, 60, 75, 100, 112]

    set_to = []
    stage = agenda.after("")
    while stage:
        room.enter_stage(leader, stage=stage)
        told = workshop_facts(leader)
        set_to.append((told["stage"], told["silent"], told["focus_phase"], told["voting"]))
        stage = agenda.after(stage.key)

    assert set_to == [
        ("begin", False, None, "off"),
        ("read", False, None, "off"),
        ("write1", True, 1, "off"),
        ("write2", True, 2, "off"),
        ("write3", True, 3, "off"),
        ("write4", True, 4, "off"),
        ("reveal", False, None, "off"),
        ("vote", False, None, "open"),
        ("shape", False, None, "closed"),
        ("act", False, None, "closed"),
        ("check", False, None, "closed"),
    ]


def test_what_is_set_by_hand_moves_the_agenda_along(leader):
    room.focus(leader, phase=3)
    steps = []
    for change in (silence.begin_silence, silence.reveal, lambda seat: votes.open_vote(seat, dots=2)):
        change(leader)
        steps.append(workshop_facts(leader)["stage"])
    votes.close_vote(leader)

    assert steps == ["write3", "reveal", "vote"]
    assert workshop_facts(leader)["words"] == "The dots are counted: each card shows how many it got."


def test_rows_and_cards_are_locked_and_free_again_at_the_end(canvas, leader):
    card = make.make_card(canvas)
    room.lock_lanes(leader, lanes=["target", "need", "nonsense"])
    room.lock_card(leader, card=card, locked=True)
    told = facts(leader)
    assert (told["workshop"]["locked_lanes"], told["cards"][str(card.key)]["locked"]) == (
        ["need", "target"],
        True,
    )

    workshops.end_workshop(leader)

    told = facts(leader)
    assert (told["workshop"], told["cards"][str(card.key)]["locked"]) == (None, False)


# --- the end -----------------------------------------------------------------------------------------
def test_at_the_end_every_action_card_is_an_action(owner, canvas, leader):
    done = make.make_card(canvas, kind="action", text="Lend a bike")
    whole = {"owner": owner.user, "due_on": timezone.localdate(), "hypothesis_change": "bikes"}
    make.make_action(canvas, card=done, **whole)
    make.make_card(canvas, kind="action", phase=3, lane="partners", text="Ask the\n  garage " + "x" * 300)
    make.make_card(canvas, kind="action", text=" \n ")
    make.make_card(canvas, kind="idea", text="No action")

    [made] = workshops.end_workshop(leader)

    assert (made.phase, made.lane, made.title[:14], len(made.title)) == (3, "partners", "Ask the garage", 160)
    assert list(loose_actions(canvas)) == [made]
    assert Action.objects.count() == 2
    assert running(canvas) is None


def test_what_somebody_else_ended_is_not_ended_again(leader):
    workshops.end_workshop(leader)

    with pytest.raises(StrategyRefused, match="has ended"):
        workshops.end_workshop(leader)
