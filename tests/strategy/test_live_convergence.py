"""People who edit one canvas as hard as they can, over a bad network, on servers that are killed: in the end
all have the same, so have the log and the rows, and nothing that anybody was told is kept is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.services import valkey
from strategy.actions.projection import project
from strategy.actions.sheets import shared_sheet
from strategy.document import read_cards
from strategy.live import store
from strategy.models import Canvas, Card
from studies.roles import Role
from tests.strategy.hands import Hands, document_of, hands, missing
from tests.strategy.windows import SleepyWeb, Web, cookie_of

pytestmark = [pytest.mark.worker, pytest.mark.timeout(900)]
SECONDS_TO_SETTLE = 180


def options_of(webs: list[Web], canvas: Canvas, cookies: list[str], people: int) -> dict[str, object]:
    urls = [f"ws://127.0.0.1:{web.port}/ws/canvas/{canvas.pk}/" for web in webs]
    return {"urls": urls, "cookies": cookies, "people": people, "seed": people}


def agree(people: Hands, canvas: Canvas) -> None:
    settled = people.ask("settle", SECONDS_TO_SETTLE + 20, within=SECONDS_TO_SETTLE)
    assert settled["fatal"] == []
    assert (settled["equal"], settled["quiet"]) == (True, True), settled["people"]
    theirs, sheet = document_of(settled), shared_sheet(canvas)
    ours = store.load(sheet.pk).doc
    assert missing(ours, settled["promised"]) == {}
    assert sum(settled["promised"].values()) > 0
    assert read_cards(ours) == read_cards(theirs)
    project(sheet.pk)
    assert rows_of(canvas) == cards_of(ours)


def rows_of(canvas: Canvas) -> set[tuple[object, ...]]:
    rows = Card.objects.filter(canvas=canvas)
    return {(str(row.key), row.phase, row.lane, row.position, row.kind, row.text) for row in rows}


def cards_of(doc: object) -> set[tuple[object, ...]]:
    cards = read_cards(doc).values()
    return {(card.key, card.phase, card.lane, card.position, card.kind, card.text) for card in cards}


@pytest.fixture
def cookies(as_role: Callable) -> list[str]:
    return [cookie_of(as_role(Role.STRATEGIST).user) for _ in range(3)]


@pytest.mark.parametrize("people", [2, 6, 10])
def test_frames_are_lost_doubled_late_and_overtaken(web, live_canvas, cookies, people):
    with hands(**options_of([web], live_canvas, cookies, people), faults=True) as everybody:
        everybody.ask("edit", 480, edits=1200 // people, pause=40)

        agree(everybody, live_canvas)


def test_servers_are_killed_and_redis_too(web, another_web, live_canvas, cookies):
    with valkey() as redis_url:
        webs = [another_web(REDIS_URL=redis_url), another_web(REDIS_URL=redis_url)]
        with hands(**options_of(webs, live_canvas, cookies, 6), faults=True) as everybody:
            everybody.tell("edit", edits=250, pause=60)
            for turn in range(4):
                webs[turn % 2].kill()
                webs[turn % 2].start()
            everybody.answer("edit", 480)
            agree(everybody, live_canvas)


def test_rooms_let_go_of_their_documents_between_any_two_edits(web, another_web, live_canvas, cookies):
    with valkey() as redis_url:
        webs = [another_web(SleepyWeb, REDIS_URL=redis_url) for _ in range(2)]
        with hands(**options_of(webs, live_canvas, cookies, 3), faults=True) as everybody:
            everybody.ask("edit", 480, edits=60, pause=400)

            agree(everybody, live_canvas)
