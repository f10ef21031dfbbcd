"""From the document to rows: whatever browsers write, the rows say the same, however often it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from cpd_site.checks import several_web_processes_need_redis
from strategy import tasks
from strategy.actions import cards, projection
from strategy.actions.projection import dirty_sheets, project
from strategy.actions.sheets import changing, shared_sheet
from strategy.document import (
    KINDS,
    LANES,
    PHASES,
    CardData,
    drop_card,
    make_like,
    new_doc,
    put_card,
    read_cards,
)
from strategy.live import store
from strategy.models import Canvas, Card, Sheet
from studies.access import StudyAccess
from tests import factories as make

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
CARDS = some.dictionaries(
    some.integers(1, 6).map(lambda number: str(UUID(int=number))),
    some.tuples(
        some.sampled_from(PHASES),
        some.sampled_from(LANES),
        some.sampled_from(["V", "a1", "k", "Zz"]),
        some.sampled_from(KINDS),
        TEXT,
    ),
    max_size=5,
)


def as_data(cards: dict[str, tuple[int, str, str, str, str]]) -> dict[str, CardData]:
    return {key: CardData(key, *values) for key, values in cards.items()}


def rows_of(canvas: Canvas) -> dict[str, tuple[int, str, str, str, str]]:
    rows = Card.objects.filter(canvas=canvas)
    return {str(row.key): (row.phase, row.lane, row.position, row.kind, row.text) for row in rows}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(steps=some.lists(CARDS, min_size=1, max_size=4))
def test_after_each_step_the_rows_say_what_the_document_says(canvas: Canvas, steps: list) -> None:
    sheet = shared_sheet(canvas)
    for step in steps:
        with changing(sheet) as doc:
            make_like(doc, as_data(step).values())
        project(sheet.pk)

        assert rows_of(canvas) == step
        assert project(sheet.pk) == 0


@given(first=CARDS, then=CARDS)
def test_a_document_made_like_others_cards_reads_as_these(first: dict, then: dict) -> None:
    doc = new_doc()
    for wanted in (as_data(first), as_data(then)):
        with doc.transaction():
            make_like(doc, wanted.values())
        assert read_cards(doc) == wanted


def test_whoever_was_overtaken_while_comparing_begins_again(
    owner: StudyAccess, canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, books = shared_sheet(canvas), dict[int, store.Loaded]()
    one, two = (str(UUID(int=number)) for number in (1, 2))

    def write(*cards: CardData) -> None:
        with changing(sheet, f"u{owner.user.pk}") as doc:
            make_like(doc, cards)

    def somebody_else() -> None:
        project(sheet.pk)
        write(CardData(one, lane="target", text="Ours"), CardData(two, text="New, and reworded"))

    write(CardData(one, text="Mine"))
    project(sheet.pk, books)
    write(CardData(one, text="Ours"), CardData(two, text="New"))
    monkeypatch.setattr(projection, "in_turn", before_the_first(projection.in_turn, somebody_else))

    changed = project(sheet.pk, books)

    assert (changed, dirty_sheets()) == (2, [])
    assert rows_of(canvas) == {
        one: (1, "target", "V", "idea", "Ours"),
        two: (1, "need", "V", "idea", "New, and reworded"),
    }
    assert read_cards(books[sheet.pk].doc) == read_cards(store.load(sheet.pk).doc)
    told = owner.study.history.filter(target_type="card").values_list("verb", "target_label")
    assert sorted(told) == [
        ("card.added", "Mine"),
        ("card.added", "New"),
        ("card.edited", "New, and reworded"),
        ("card.edited", "Ours"),
        ("card.moved", "Ours"),
    ]


def before_the_first(in_turn: Any, happens: Callable[[], None]) -> Any:
    """As `in_turn`, but whoever waits for the first turn waits while something `happens`."""
    ahead = [happens]

    def waiting() -> Any:
        if ahead:
            ahead.pop()()
        return in_turn()

    return waiting


def test_the_sweep_does_what_a_killed_process_left(canvas: Canvas) -> None:
    key, sheet = str(UUID(int=1)), shared_sheet(canvas)
    with changing(sheet) as doc:
        put_card(doc, CardData(key, text="Left behind"))
    assert dirty_sheets() == [sheet.pk]

    tasks.sweep_canvases()

    assert dirty_sheets() == []
    assert [row.text for row in Card.objects.filter(canvas=canvas)] == ["Left behind"]


def test_the_sweep_folds_a_long_log_and_leaves_a_short_one(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "FOLD_AT", 3)
    sheet = shared_sheet(canvas)
    for number in range(1, 5):
        with changing(sheet) as doc:
            put_card(doc, CardData(str(UUID(int=number)), text=f"Card {number}"))
    before = read_cards(store.load(sheet.pk).doc)

    tasks.sweep_canvases()

    assert store.load(sheet.pk).rows == 0
    assert read_cards(store.load(sheet.pk).doc) == before


def test_rows_that_went_wrong_are_written_anew(
    owner: StudyAccess, canvas: Canvas, capsys: pytest.CaptureFixture[str]
) -> None:
    good = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="As the document says")
    Card.objects.filter(pk=good.pk).update(text="Gone wrong", phase=4)

    call_command("rebuild_canvas", canvas.pk)

    good.refresh_from_db()
    assert (good.text, good.phase) == ("As the document says", 1)
    assert capsys.readouterr().out == f"Canvas {canvas.pk}: 1 cards, 1 rows changed.\n"


def test_a_canvas_that_is_not_there_is_named(canvas: Canvas) -> None:
    with pytest.raises(CommandError, match="There is no canvas 987654"):
        call_command("rebuild_canvas", canvas.pk, 987654)


def test_a_card_deleted_in_the_document_keeps_its_row_for_its_actions(
    owner: StudyAccess, canvas: Canvas
) -> None:
    card = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="x")
    action = make.make_action(canvas, card=card)
    sheet = Sheet.objects.get(canvas=canvas, seat="")
    with changing(sheet) as doc:
        drop_card(doc, str(card.key))

    project(sheet.pk)

    action.refresh_from_db()
    assert action.card_id == card.pk
    assert Card.with_trash.get(pk=card.pk).deleted_at is not None


@pytest.mark.parametrize(
    ("processes", "redis", "found"),
    [(1, "", []), (2, "redis://127.0.0.1/0", []), (2, "", ["cpd_site.E002"])],
)
def test_several_web_processes_without_redis_do_not_start(
    settings: pytest.FixtureRequest, processes: int, redis: str, found: list[str]
) -> None:
    settings.WEB_CONCURRENCY, settings.REDIS_URL = processes, redis  # type: ignore[attr-defined]

    assert [error.id for error in several_web_processes_need_redis(None)] == found
