"""Cards and actions: what carries them, who moved them, and what may run."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from strategy.actions import canvases, cards, tracker
from strategy.actions.reminders import remind
from strategy.actions.rules import StrategyRefused
from strategy.models import Action, Canvas, KpiReading
from strategy.queries.readings import trend_of
from strategy.tasks import remind_of_dates
from studies.access import StudyAccess
from tests import factories as make
from tests.strategy.rooms import edit_card, move_card


@pytest.fixture
def canvas(owner: StudyAccess) -> Canvas:
    return canvases.open_canvas(owner, job=make.make_job(owner.study, scope="generalised"))


def linked(access: StudyAccess) -> frozenset[str]:
    return frozenset({f"element:{make.make_element(make.make_interview(access.study)).pk}"})


def test_a_job_has_one_canvas(owner: StudyAccess, canvas: Canvas) -> None:
    assert canvases.open_canvas(owner, job=canvas.job) == canvas


def test_sending_a_card_twice_adds_it_once(owner: StudyAccess, canvas: Canvas) -> None:
    key = uuid4()
    first = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Help to start", key=key)

    assert cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Help to start", key=key) == first


def test_cards_move_between_two_neighbours(owner: StudyAccess, canvas: Canvas) -> None:
    one, two, three = (
        cards.add_card(owner, canvas=canvas, phase=1, lane="solutions", text=text) for text in "123"
    )

    move_card(owner, card=three, phase=1, lane="solutions", after=one)

    assert list(canvas.cards.all()) == [one, three, two]


def test_agreed_needs_evidence_or_an_assumption(owner: StudyAccess, canvas: Canvas) -> None:
    bare, assumed, backed = (make.make_card(canvas) for _ in range(3))
    edit_card(owner, card=assumed, kind="assumption")
    edit_card(owner, card=backed, links=linked(owner))

    with pytest.raises(StrategyRefused, match="evidence"):
        cards.agree_card(owner, card=bare)
    assert cards.agree_card(owner, card=assumed).state == "agreed"
    assert cards.agree_card(owner, card=backed).state == "agreed"


def test_an_agreed_card_that_loses_its_ground_is_an_idea_again(owner: StudyAccess, canvas: Canvas) -> None:
    card = make.make_card(canvas, kind="assumption")
    cards.agree_card(owner, card=card)

    edit_card(owner, card=card, kind="idea")

    card.refresh_from_db()
    assert card.state == "idea"


def test_an_action_inherits_the_ground_of_its_card(owner: StudyAccess, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    edit_card(owner, card=card, links=linked(owner))

    action = tracker.add_action(
        owner, canvas=canvas, title="Lend bikes", phase=1, lane="solutions", card=card
    )

    assert action.elements.count() == 1


def test_running_needs_the_self_determination_check(owner: StudyAccess, canvas: Canvas) -> None:
    action = make.make_action(canvas, is_assumption=True)

    with pytest.raises(StrategyRefused, match="proactive"):
        tracker.set_status(owner, action=action, status="running")
    action.mode = "proactive"
    action.save()
    with pytest.raises(StrategyRefused, match="self-determination"):
        tracker.set_status(owner, action=action, status="running")
    tracker.answer_check(owner, action=action, welcomed=False, note="It hides the price")
    with pytest.raises(StrategyRefused, match="would not welcome"):
        tracker.set_status(owner, action=action, status="running")
    tracker.answer_check(owner, action=action, welcomed=True, note="They asked for it")
    tracker.set_status(owner, action=action, status="running")

    action.refresh_from_db()
    assert (action.status, action.welcomed_by) == (Action.Status.RUNNING, owner.user)


def test_a_change_is_adopted_by_closing_its_loop(owner: StudyAccess, canvas: Canvas) -> None:
    action = make.make_action(canvas, is_assumption=True, welcomed=True, mode="reactive")

    with pytest.raises(StrategyRefused, match="Close the loop"):
        tracker.set_status(owner, action=action, status="adopted")


def test_only_members_own_actions(owner: StudyAccess, outsider: StudyAccess, canvas: Canvas) -> None:
    with pytest.raises(StrategyRefused, match="member"):
        tracker.add_action(owner, canvas=canvas, title="x", phase=1, lane="need", owner=outsider.user)


def test_a_date_that_has_gone_by_is_said_once(owner: StudyAccess, canvas: Canvas) -> None:
    today = timezone.localdate()
    late = make.make_action(canvas, due_on=today - timedelta(1))
    make.make_action(canvas, status="measuring", kpi_by=today - timedelta(1))
    make.make_action(canvas, due_on=today)
    make.make_action(canvas, due_on=today - timedelta(9), status="adopted")

    assert (remind(today), remind(today)) == (2, 0)
    assert sorted(owner.study.history.filter(actor=None).values_list("verb", "actor_name")) == [
        ("action.overdue", "Progress Studio"),
        ("action.review", "Progress Studio"),
    ]

    Action.objects.filter(pk=late.pk).update(due_on=today - timedelta(2))
    assert remind(today) == 1


def test_the_clock_reminds_through_celery(canvas: Canvas) -> None:
    make.make_action(canvas, due_on=timezone.localdate() - timedelta(1))

    remind_of_dates.delay()

    assert canvas.study.history.filter(verb="action.overdue").count() == 1


@pytest.mark.parametrize("value", [0.0, 5.0, 1e30, -1e30])
def test_one_reading_alone_lies_in_the_middle_of_its_drawing(owner: StudyAccess, value: float) -> None:
    action = make.make_action(make.make_canvas(make.make_job(owner.study, scope="generalised")))
    KpiReading.objects.create(study=owner.study, action=action, on=date(2026, 11, 3), value=value)

    trend = trend_of(action)

    assert trend.spots[0].y == pytest.approx(trend.height / 2)
