"""Several web processes on one canvas, with wake-ups and without, and what is left when something dies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.services import valkey
from strategy.actions.room import lock_card
from strategy.actions.sheets import shared_sheet
from strategy.document import read_cards
from strategy.live import store
from strategy.models import Canvas
from studies.actions.people import remove_member
from studies.models import Membership
from studies.roles import Role
from tests.strategy.rooms import lead
from tests.strategy.windows import SleepyWeb, Web, Window, wait_until

pytestmark = pytest.mark.worker


@pytest.fixture
def two_windows(as_role: Callable, web: Web, another_web: Callable, open_window: Callable) -> Callable:
    """One in each of two processes; `changes` are those of the second one's environment."""

    def open_both(**changes: str) -> tuple[Window, Window]:
        there = another_web(**changes)
        return open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST), web=there)

    return open_both


def texts_of(canvas: Canvas) -> set[str]:
    return {card.text for card in read_cards(store.load(shared_sheet(canvas).pk).doc).values()}


def edit_both(one: Window, two: Window, label: str) -> None:
    """Each writes ten cards at the same time as the other; both have all of them in the end."""
    before = len(one.texts)
    for number in range(10):
        one.add(f"{label} one {number}")
        two.add(f"{label} two {number}")
    one.until(lambda: len(one.texts) == before + 20)
    two.until(lambda: len(two.texts) == before + 20)
    one.saved()
    two.saved()


def test_two_processes_serve_one_canvas(two_windows, live_canvas):
    one, two = two_windows()

    edit_both(one, two, "both")

    assert one.texts == two.texts == texts_of(live_canvas)


def test_cursors_cross_from_one_process_to_the_other(two_windows):
    one, two = two_windows()

    one.point(at={"x": 1})

    two.until(lambda: two.people.get(one.doc.client_id, {}).get("at") == {"x": 1})
    one.close()
    two.until(lambda: two.people[one.doc.client_id] is None)


def test_lost_wake_ups_cost_a_moment_and_nothing_else(two_windows, live_canvas):
    """The second process hangs on another Redis: not one message comes through."""
    with valkey() as elsewhere:
        one, two = two_windows(REDIS_URL=elsewhere)

        edit_both(one, two, "deaf")

        assert one.texts == two.texts == texts_of(live_canvas)


def test_redis_may_die_and_come_back(two_windows, live_canvas):
    with valkey() as elsewhere:
        one, two = two_windows(REDIS_URL=elsewhere)
        edit_both(one, two, "before")

    edit_both(one, two, "without")

    assert one.texts == two.texts == texts_of(live_canvas)


def test_whoever_is_removed_in_one_process_is_out_in_the_other(owner, as_role, another_web, open_window):
    ben = as_role(Role.STRATEGIST)
    window = open_window(ben, web=another_web())

    remove_member(owner, membership=Membership.objects.get(study=owner.study, user=ben.user))

    assert window.refused() == 4403


def test_a_log_that_is_folded_under_an_open_room_stops_nobody(two_windows, live_canvas):
    one, two = two_windows()
    edit_both(one, two, "first")
    sheet = shared_sheet(live_canvas)
    wait_until(lambda: store.fold(sheet.pk))

    edit_both(one, two, "second")

    assert one.texts == two.texts == texts_of(live_canvas)


def test_what_was_typed_while_the_server_was_gone_is_merged(
    two_windows, live_canvas, web, open_window, as_role
):
    one, two = two_windows()
    one.add("Before")
    two.until(lambda: two.texts == {"Before"})
    web.kill()

    one.add("While away")
    two.add("Meanwhile")
    two.saved()
    web.start()
    back = open_window(as_role(Role.OWNER), doc=one.doc)

    back.saved()
    two.until(lambda: two.texts == {"Before", "While away", "Meanwhile"})
    assert back.texts == texts_of(live_canvas) == two.texts


def test_a_room_in_which_nobody_writes_lets_go_of_its_document(
    owner, as_role, another_web, open_window, live_canvas, until_refused
):
    """It is in the snapshot by then. Who comes, writes, or is behind wakes the room; locks still hold."""
    sleepy, sheet = another_web(SleepyWeb), shared_sheet(live_canvas)
    one = open_window(as_role(Role.STRATEGIST), web=sleepy)
    key = one.add("First")
    one.saved()
    wait_until(lambda: store.length(sheet.pk) == 0)

    two = open_window(as_role(Role.STRATEGIST), web=sleepy)
    elsewhere = open_window(as_role(Role.STRATEGIST))
    elsewhere.until(lambda: elsewhere.texts == {"First"})
    elsewhere.add("Second")
    two.until(lambda: two.texts == {"First", "Second"})
    one.until(lambda: one.texts == {"First", "Second"})
    wait_until(lambda: store.length(sheet.pk) == 0)
    wait_until(lambda: live_canvas.cards.filter(key=key).exists())
    lock_card(lead(owner, live_canvas), card=live_canvas.cards.get(key=key), locked=True)
    until_refused(key, web=sleepy)
    wait_until(lambda: store.length(sheet.pk) == 0)
    one.change(key, text="Changed")

    assert one.refused() == 4403
    assert texts_of(live_canvas) == {"First", "Second"}
