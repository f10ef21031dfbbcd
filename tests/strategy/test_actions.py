"""Cards and actions: what carries them, who moved them, and what may run."""

from __future__ import annotations

from uuid import uuid4

import pytest

from strategy import actions
from strategy.models import Action, Canvas
from studies.access import StudyAccess
from studies.edits import StaleVersion
from tests import factories as make


@pytest.fixture
def canvas(owner: StudyAccess) -> Canvas:
    return actions.open_canvas(owner, job=make.make_job(owner.study, scope="generalised"))


def element(access: StudyAccess) -> object:
    return make.make_element(make.make_interview(access.study))


def test_a_job_has_one_canvas(owner: StudyAccess, canvas: Canvas) -> None:
    assert actions.open_canvas(owner, job=canvas.job) == canvas


def test_sending_a_card_twice_adds_it_once(owner: StudyAccess, canvas: Canvas) -> None:
    key = uuid4()
    first = actions.add_card(owner, canvas=canvas, phase=1, lane="need", text="Help to start", key=key)

    assert (
        actions.add_card(owner, canvas=canvas, phase=1, lane="need", text="Help to start", key=key) == first
    )


def test_a_stale_edit_of_a_card_is_refused(owner: StudyAccess, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    actions.edit_card(owner, card=card, seen=1, text="Mine")

    with pytest.raises(StaleVersion):
        actions.edit_card(owner, card=card, seen=1, text="Yours")


def test_cards_move_between_two_neighbours(owner: StudyAccess, canvas: Canvas) -> None:
    one, two, three = (
        actions.add_card(owner, canvas=canvas, phase=1, lane="solutions", text=text) for text in "123"
    )

    actions.move_card(owner, card=three, phase=1, lane="solutions", after=one)

    assert list(canvas.cards.all()) == [one, three, two]


def test_agreed_needs_evidence_or_an_assumption(owner: StudyAccess, canvas: Canvas) -> None:
    bare, assumed, backed = (make.make_card(canvas) for _ in range(3))
    actions.edit_card(owner, card=assumed, seen=1, is_assumption=True)
    actions.link_card(owner, card=backed, elements=[element(owner)])

    with pytest.raises(actions.StrategyRefused, match="evidence"):
        actions.agree_card(owner, card=bare)
    assert actions.agree_card(owner, card=assumed).state == "agreed"
    assert actions.agree_card(owner, card=backed).state == "agreed"


def test_an_agreed_card_that_loses_its_ground_is_an_idea_again(owner: StudyAccess, canvas: Canvas) -> None:
    card = make.make_card(canvas, is_assumption=True)
    actions.agree_card(owner, card=card)

    actions.edit_card(owner, card=card, seen=card.version, is_assumption=False)

    card.refresh_from_db()
    assert card.state == "idea"


def test_every_change_of_a_card_counts_on(owner: StudyAccess, canvas: Canvas) -> None:
    card = actions.add_card(owner, canvas=canvas, phase=1, lane="need", text="Help")
    actions.edit_card(owner, card=card, seen=1, text="Help to start")
    actions.trash_card(owner, card=card)

    canvas.refresh_from_db()
    assert (canvas.seq, card.change_seq) == (3, 3)


def test_an_action_inherits_the_ground_of_its_card(owner: StudyAccess, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    actions.link_card(owner, card=card, elements=[element(owner)])

    action = actions.add_action(
        owner, canvas=canvas, title="Lend bikes", phase=1, lane="solutions", card=card
    )

    assert action.elements.count() == 1


def test_running_needs_the_self_determination_check(owner: StudyAccess, canvas: Canvas) -> None:
    action = make.make_action(canvas, is_assumption=True)

    with pytest.raises(actions.StrategyRefused, match="self-determination"):
        actions.set_status(owner, action=action, status="running")
    actions.answer_check(owner, action=action, welcomed=False, note="It hides the price")
    with pytest.raises(actions.StrategyRefused, match="would not welcome"):
        actions.set_status(owner, action=action, status="running")
    actions.answer_check(owner, action=action, welcomed=True, note="They asked for it")
    actions.set_status(owner, action=action, status="running")

    action.refresh_from_db()
    assert (action.status, action.welcomed_by) == (Action.Status.RUNNING, owner.user)


def test_adopting_needs_a_result(owner: StudyAccess, canvas: Canvas) -> None:
    action = make.make_action(canvas, is_assumption=True, welcomed=True)

    with pytest.raises(actions.StrategyRefused, match="result"):
        actions.set_status(owner, action=action, status="adopted")


def test_only_members_own_actions(owner: StudyAccess, outsider: StudyAccess, canvas: Canvas) -> None:
    with pytest.raises(actions.StrategyRefused, match="member"):
        actions.add_action(owner, canvas=canvas, title="x", phase=1, lane="need", owner=outsider.user)
