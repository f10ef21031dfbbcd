"""One room without a web process around it: what it bears of windows that mean no good, and of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from threading import Barrier, Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections

from strategy.actions.room import lock_lanes
from strategy.actions.sheets import noted, shared_sheet
from strategy.consumers import CanvasConsumer
from strategy.document import MOST_CARDS, CardData, change_card, new_doc, put_card, read_cards
from strategy.live import protocol, store
from strategy.live.copy import Copy
from strategy.live.desk import FOLD_AT, Desk
from strategy.live.exchange import hear
from strategy.live.flow import Incoming
from strategy.live.hub import Hub
from strategy.live.people import MOST_CLOCKS, MOST_WINDOWS, People
from strategy.live.protocol import (
    GONE,
    NOTHING,
    BadMessage,
    Frame,
    Presence,
    Reader,
    chunk,
    number,
    presences,
    sync,
)
from strategy.live.refusals import Refused
from strategy.live.room import MOST_NEW_WRITERS, Room
from strategy.live.shape import shape_of
from strategy.live.threads import READING, reading
from strategy.live.writer import Item, Writer
from strategy.models import Sheet
from strategy.queries.rooms import Locks
from tests import factories as make
from tests.strategy.rooms import lead

KEY = "11111111-1111-4111-8111-111111111111"


class Visitor:
    """Whoever sits behind a connection."""

    def __init__(self, key: str = "u1") -> None:
        role = SimpleNamespace(value="contributor")
        self.seat: Any = SimpleNamespace(key=key, name="Ada", role=role, leads=False, may_edit=True)
        self.room: Room | None = None  # as of a window that was told that silent writing is over
        self.acked: list[int] = []
        self.frames: list[bytes] = []

    def committed(self, count: int) -> None:
        self.acked.append(count)

    def push(self, frame: bytes) -> None:
        self.frames.append(frame)

    def shut(self, refused: Any) -> None:
        self.refused = refused


class Surroundings:
    """Of rooms: keeps what they hand to the writer, and writes it when told."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting: list[Item] = []
        self.writer = SimpleNamespace(put=self.waiting.append)
        self.wakes = SimpleNamespace(tell=lambda *args, **what: None)

    def start(self, work: Any) -> None:
        self.task = self.loop.create_task(work)

    def changed(self, room: Room, seq: int) -> None:
        self.told = seq

    def forget(self, room: Room) -> None:
        self.forgotten = room


def empty_room() -> Room:
    room = Room(Surroundings(), 1)
    room.copy = Copy(new_doc(), Locks(), MOST_CARDS)
    return room


@pytest.fixture
def sheet(owner):
    return shared_sheet(make.make_canvas(make.make_job(owner.study, scope="generalised"))).pk


@pytest.fixture(scope="module", autouse=True)
def threads_that_let_go(django_db_setup: None) -> Iterator[None]:
    """Their connections would keep the test database from being removed."""
    yield
    in_both_threads(connections.close_all)


def in_both_threads(work: Callable[[], Any]) -> None:
    """That read."""
    both = Barrier(2)

    def do() -> None:
        both.wait(60)
        work()

    for done in [READING.submit(do) for _ in range(2)]:
        done.result(60)


def update_of(*cards: CardData) -> bytes:
    doc = new_doc()
    with noted(doc) as updates:
        for card in cards:
            put_card(doc, card)
    return updates[0]


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_the_document_while_it_is_built_anew_waits_for_it(sheet):
    store.append([(sheet, "u1", update_of(CardData(KEY, text="In the log")))])

    async def ask() -> tuple[bool, bytes]:
        room = Room(Surroundings(), sheet)
        mending = asyncio.create_task(room._mend())
        await asyncio.sleep(0)
        begun, answer = room.mending, asyncio.create_task(room.missing(b"\x00"))
        await mending
        return begun, await answer

    begun, answer = asyncio.run(ask())

    assert begun
    assert b"In the log" in answer


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_late_takes_no_lock_away(owner):
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    leader, is_asked, may_go_on = lead(owner, canvas), Event(), Event()

    def keep_the_first_back(execute, sql, *args):
        if "strategy_card" in sql and not is_asked.is_set():  # it has seen which lanes are locked
            is_asked.set()
            may_go_on.wait(60)
        return execute(sql, *args)

    async def ask_twice() -> Locks:
        room = Room(Surroundings(), 1)
        room.canvas = canvas.pk
        early = asyncio.create_task(room.read_locks())
        await asyncio.to_thread(is_asked.wait, 60)
        await reading(lock_lanes, leader, lanes=["need"])
        await room.read_locks()
        may_go_on.set()
        await early
        return room.locks

    in_both_threads(lambda: connection.execute_wrappers.append(keep_the_first_back))
    assert asyncio.run(ask_twice()) == Locks(lanes=frozenset({"need"}))


def test_a_failure_of_one_sheet_keeps_no_other_from_being_told():
    async def tell() -> tuple[list[int], int]:
        hub, gone, ada = Surroundings(), Visitor("g1"), Visitor()
        draft, shared = Room(hub, 2), Room(hub, 1)
        lost = Item(2, "g1", b"x", gone, draft, 1, [])
        kept = Item(1, "u1", NOTHING, ada, shared, 1, [])
        draft.inflight.append(lost)
        shared.inflight.append(kept)
        Hub._committed(hub, 2, [lost], None)  # type: ignore[arg-type]
        Hub._committed(hub, 1, [kept], 1)  # type: ignore[arg-type]
        return ada.acked, len(shared.inflight) + len(draft.inflight)

    assert asyncio.run(tell()) == ([1], 0)


@pytest.mark.django_db(transaction=True)
def test_the_writer_tells_of_each_sheet_by_itself(sheet):
    other = shared_sheet(make.make_canvas(make.make_job(make.make_study(), scope="generalised"))).pk

    async def write() -> list[int]:
        loop, told = asyncio.get_running_loop(), asyncio.Queue[int]()
        loop.set_exception_handler(lambda loop, context: None)

        def done(number: int, items: Any, last: int | None) -> None:
            told.put_nowait(number)
            raise LookupError(number)

        writer = Writer(loop, done)
        await reading(
            writer._write, [Item(each, "u1", NOTHING, None, None, 1, []) for each in (sheet, other)]
        )
        return [await asyncio.wait_for(told.get(), 60) for _ in range(2)]

    assert asyncio.run(write()) == [sheet, other]


# --- updates that no browser makes ----------------------------------------------------------------------
def sets_one_value(client: int, key: bytes = b"x") -> bytes:
    """The structs of a client that sets a value of a card without regard to what is there."""
    return number(1) + number(client) + b"\x00" + b"\x28\x01" + chunk(b"cards") + chunk(key) + b"\x01\x78"


def all_of(structs: list[bytes]) -> bytes:
    return number(len(structs)) + b"".join(structs) + b"\x00"


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(all_of([sets_one_value(client) for client in range(1, 19_000)]), id="clients"),
        pytest.param(all_of([sets_one_value(client) for client in range(1, 20)]), id="one key"),
        pytest.param(all_of([sets_one_value(2**60)]), id="client"),
        pytest.param(all_of([sets_one_value(5)[:-1] + b"\x7d\xbf" + b"\xff" * 7 + b"\x7f"]), id="value"),
        pytest.param(all_of([number(1) + b"\x05\x00\x00" + number(2**50)]), id="a run"),
    ],
)
def test_what_would_cost_too_much_or_break_a_browser_is_refused_unread(update):
    with pytest.raises(BadMessage):
        shape_of(update)


def test_what_comes_back_after_many_offline_visits_is_taken():
    assert shape_of(all_of([sets_one_value(client, b"%d" % client) for client in range(1, 65)])) == (
        frozenset(range(1, 65)),
        False,
    )


def test_numbers_end_where_those_of_browsers_do():
    assert Reader(number(2**53 - 1)).number() == 2**53 - 1
    for large in (2**53, 2**63, 2**70):
        with pytest.raises(BadMessage):
            Reader(number(large)).number()


def test_one_seat_alone_cannot_fill_a_canvas_with_clients():
    async def fill() -> None:
        room, ada = empty_room(), Visitor()
        for _ in range(int(MOST_NEW_WRITERS)):
            await room.take(ada, update_of(CardData(KEY, text="x")))
        await room.take(Visitor("u2"), update_of(CardData(KEY, text="x")))
        await room.take(ada, update_of(CardData(KEY, text="x")))

    with pytest.raises(Refused, match="Too many"):
        asyncio.run(fill())


# --- cursors -------------------------------------------------------------------------------------------
def say(visitor: Visitor, said: list[Presence], rooms: list[Room]) -> None:
    async def said_it() -> None:
        rooms.append(empty_room())
        rooms[0].awareness.say(visitor, protocol.read(presences(said)).payload)

    asyncio.run(said_it())


def test_a_window_that_claims_to_be_thousands_is_refused():
    with pytest.raises(Refused, match="too much"):
        say(Visitor(), [Presence(client, 1, "{}") for client in range(37_000)], [])


def test_a_connection_speaks_for_a_handful_of_windows_and_what_it_repeats_of_others_is_not_heard():
    rooms: list[Room] = []

    say(Visitor(), [Presence(client, 1, "{}") for client in range(1_000)], rooms)

    assert list(rooms[0].awareness.people.known) == list(range(MOST_WINDOWS))


def test_windows_that_left_are_forgotten():
    people = People()

    for client in range(MOST_CLOCKS + 100):
        people.hear(Presence(client, 1, "{}"))
        people.hear(Presence(client, 2, GONE))

    assert (len(people.known), len(people.clocks)) == (0, MOST_CLOCKS)


# --- what is on its way ----------------------------------------------------------------------------------
@pytest.mark.parametrize("on_its_way", [True, False])
def test_what_says_nothing_new_is_not_logged_and_acknowledged_with_what_it_repeats(on_its_way):
    update = update_of(CardData(KEY, text="x"))

    async def send() -> tuple[int, list[int], list[int]]:
        room, ada, ben = empty_room(), Visitor(), Visitor("u2")
        await room.take(ada, update)
        if not on_its_way:
            room.committed([*room.inflight], [1])
        await room.take(ben, update, 2)
        before = [*ben.acked]
        room.committed([*room.inflight], [2] * len(room.inflight)) if on_its_way else None
        return len(room.hub.waiting), before, ben.acked

    assert asyncio.run(send()) == (1, [] if on_its_way else [2], [2])


class Connection(CanvasConsumer):
    """Notes what is acknowledged instead of sending it."""

    def __init__(self) -> None:
        super().__init__()
        self.acked: list[int] = []

    def push(self, frame: bytes) -> None:
        self.acked += [frame[1]] if frame[0] == protocol.COMMITTED else []


def test_what_a_gap_kept_out_is_acknowledged_only_with_the_answer_that_makes_up_for_it():
    async def send() -> tuple[list[int], int]:
        window = Connection()
        window.room, window.seat, window.acknowledged = empty_room(), Visitor().seat, 0
        window.owed, window.knows_us = 0, True
        doc = new_doc()
        with noted(doc) as first:
            put_card(doc, CardData(KEY, text="One"))
        with noted(doc):
            change_card(doc, KEY, text="Two")
        with noted(doc) as third:
            change_card(doc, KEY, text="Three")
        await hear(window, window.room, Frame(protocol.SYNC, protocol.UPDATE, first[0]))
        await hear(window, window.room, Frame(protocol.SYNC, protocol.UPDATE, third[0]))
        window.room.committed([window.room.inflight[0]], [1])
        at_first = [*window.acked]
        await hear(window, window.room, Frame(protocol.SYNC, protocol.STEP2, doc.get_update()))
        window.room.committed([window.room.inflight[0]], [2])
        return at_first, window.acked[-1]

    assert asyncio.run(send()) == ([1], 3)


# --- cards that no page can show -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "card",
    [
        CardData(KEY, text="é" * 20_001),
        CardData(KEY, links=frozenset(f"element:{number}" for number in range(1, 202))),
        CardData("a key", text="x"),
        CardData(KEY, lane="l" * 1_001),
    ],
    ids=["text", "links", "key", "lane"],
)
@pytest.mark.django_db(transaction=True)
def test_a_card_that_holds_too_much_is_refused(sheet, card):
    async def take() -> None:
        await Room(Surroundings(), sheet).take(Visitor(), update_of(card))

    with pytest.raises(Refused, match="characters"):
        asyncio.run(take())


def test_a_card_that_is_full_is_taken_and_one_that_is_too_full_can_be_shortened():
    async def take() -> int:
        room = empty_room()
        links = frozenset(f"element:{number}" for number in range(1, 201))
        await room.take(Visitor(), update_of(CardData(KEY, text="é" * 20_000, links=links)))
        assert room.copy
        put_card(room.copy.doc, CardData(KEY, text="é" * 30_000))
        doc = new_doc()
        store.apply(doc, room.copy.doc.get_update())
        with noted(doc) as shorter:
            change_card(doc, KEY, text="é" * 25_000)
        await room.take(Visitor(), shorter[0])
        return len(room.inflight)

    assert asyncio.run(take()) == 2


@pytest.mark.parametrize(
    ("step", "size", "is_asked"),
    [
        (protocol.UPDATE, 300_000, True),
        (protocol.STEP2, 300_000, False),
        (protocol.STEP2, 1_100_000, True),
    ],
)
def test_only_an_answer_that_was_asked_for_may_be_large(step, size, is_asked):
    assert Incoming().read(sync(protocol.STEP2, bytes(1_000_000)), is_asked=True).step == protocol.STEP2

    with pytest.raises(Refused, match="too much"):
        Incoming().read(sync(step, bytes(size)), is_asked)


def test_who_asks_for_the_document_again_and_again_is_told_off():
    incoming, question = Incoming(), sync(protocol.STEP1, b"\x00")

    for _ in range(6):
        incoming.read(question, is_asked=False)

    with pytest.raises(Refused, match="Too many"):
        incoming.read(question, is_asked=False)


@pytest.fixture
def sheet_of_a_draft(owner):
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    return Sheet.objects.create(canvas=canvas, study=owner.study, seat=f"u{owner.user.pk}").pk


@pytest.mark.django_db(transaction=True)  # SQLite moves its log into the file outside transactions only
def test_a_long_draft_is_folded_while_it_is_written(sheet_of_a_draft):
    with_text = new_doc()
    updates = []
    for count in range(FOLD_AT):
        with noted(with_text) as update:
            put_card(with_text, CardData(KEY, text=str(count)))
        updates.append((sheet_of_a_draft, "u1", update[0]))
    desk = Desk(None)

    store.append(updates[:-1])
    desk._bring_up(sheet_of_a_draft)
    assert store.length(sheet_of_a_draft) == FOLD_AT - 1

    store.append(updates[-1:])
    desk._bring_up(sheet_of_a_draft)
    assert store.length(sheet_of_a_draft) == 0
    assert read_cards(store.load(sheet_of_a_draft).doc)[KEY].text == str(FOLD_AT - 1)
