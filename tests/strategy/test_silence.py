"""Silent writing: hidden on the server, and revealed wholly or not at all."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cpd_site.archive.write import write_archive
from strategy import document
from strategy.actions import cards, silence
from strategy.actions.room import enter_stage, start_timer
from strategy.actions.sheets import changing, shared_sheet
from strategy.actions.workshops import end_workshop
from strategy.agenda import STAGE_OF
from strategy.document import CardData, put_card, read_cards
from strategy.live import store
from strategy.models import Canvas, Card, Sheet, SheetUpdate
from strategy.queries import rooms
from strategy.queries.facts import facts
from strategy.queries.workshops import being_written
from studies.roles import Role
from tests.strategy.rooms import come_in, invite, lead, seat_of, write_silently

SECRET = "Nobody may read this yet"


def in_field(canvas: Canvas, phase: int = 1, lane: str = "need") -> list[str]:
    return list(
        canvas.cards.filter(phase=phase, lane=lane).order_by("position").values_list("text", flat=True)
    )


def test_without_silence_nobody_has_a_sheet_of_their_own(owner, canvas):
    leader = lead(owner, canvas)

    assert silence.draft_sheet(leader) is None
    assert not Sheet.objects.exclude(seat="").exists()


def test_an_observer_gets_no_sheet(owner, canvas, as_role):
    silence.begin_silence(lead(owner, canvas))

    assert silence.draft_sheet(seat_of(as_role(Role.VIEWER), canvas)) is None


def test_reveal_puts_all_cards_at_the_end_of_their_fields_under_their_writers_names(owner, canvas, as_role):
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Was here before")
    leader = lead(owner, canvas)
    one, two = seat_of(as_role(Role.STRATEGIST), canvas), come_in(invite(leader)[0], "Ada")[0]
    silence.begin_silence(leader)
    keys = write_silently(two, "B first", "B second") + write_silently(one, "A first")
    write_silently(one, "A elsewhere", phase=3, lane="partners")

    assert silence.reveal(leader) == 4

    assert in_field(canvas) == ["Was here before", "B first", "B second", "A first"]
    assert in_field(canvas, 3, "partners") == ["A elsewhere"]
    written = dict(Card.objects.values_list("text", "author_name"))
    assert (written["B first"], written["A first"]) == ("Ada (guest)", one.name)
    assert {str(key) for key in Card.objects.filter(phase=1).values_list("key", flat=True)} >= set(keys)
    by_seat = SheetUpdate.objects.filter(sheet=shared_sheet(canvas)).values_list("seat", flat=True)
    assert list(by_seat) == [leader.key, two.key, one.key]
    assert not Sheet.objects.exclude(seat="").exists()
    assert facts(one)["workshop"]["silent"] is False
    assert owner.study.history.filter(verb="card.added", actor_name="Ada (guest)").count() == 2
    assert owner.study.history.get(verb="workshop.revealed").data == {"cards": 4, "people": 2}


def test_only_the_facilitator_reveals(owner, canvas, as_role):
    leader = lead(owner, canvas)
    silence.begin_silence(leader)
    other = seat_of(as_role(Role.RESEARCHER), canvas)
    write_silently(other, SECRET)

    with pytest.raises(PermissionDenied):
        silence.reveal(other)

    assert being_written(canvas) == (1, 1)


def test_empty_cards_are_not_revealed(owner, canvas):
    leader = lead(owner, canvas)
    silence.begin_silence(leader)
    write_silently(leader, "", "  ", "Said")

    assert silence.reveal(leader) == 1
    assert in_field(canvas) == ["Said"]


def test_a_key_that_is_taken_overwrites_nobody(owner, canvas, as_role):
    mine = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Mine")
    leader, other = lead(owner, canvas), seat_of(as_role(Role.STRATEGIST), canvas)
    silence.begin_silence(leader)
    with changing(silence.draft_sheet(other), other.key) as doc:
        put_card(doc, CardData(str(mine.key), 1, "need", "V", "idea", "Theirs"))

    silence.reveal(leader)

    mine.refresh_from_db()
    assert mine.text == "Mine"
    assert in_field(canvas) == ["Mine", "Theirs"]


def test_the_timer_of_silent_writing_ends_with_the_reveal_and_no_other_does(owner, canvas):
    leader = lead(owner, canvas)
    enter_stage(leader, stage=STAGE_OF["write1"])
    write_silently(leader, "Said")

    silence.reveal(leader)
    assert facts(leader)["workshop"]["timer"] | {"now": 0} == {"seconds": 0, "ends_at": None, "now": 0}

    start_timer(leader, seconds=900)
    assert silence.reveal(leader) == 0  # pressed twice
    assert facts(leader)["workshop"]["timer"]["ends_at"]


@pytest.mark.parametrize("leave", ["reveal", "stage", "end"])
def test_whoever_leaves_silence_reveals(owner, canvas, leave):
    leader = lead(owner, canvas)
    enter_stage(leader, stage=STAGE_OF["write1"])
    write_silently(leader, "Said")
    enter_stage(leader, stage=STAGE_OF["write2"])
    assert in_field(canvas) == []

    {
        "reveal": lambda: silence.reveal(leader),
        "stage": lambda: enter_stage(leader, stage=STAGE_OF["reveal"]),
        "end": lambda: end_workshop(leader),
    }[leave]()

    assert in_field(canvas) == ["Said"]


def test_a_reveal_reads_the_canvas_once_however_many_cards_there_are(owner, canvas, monkeypatch):
    leader, reads = lead(owner, canvas), []
    silence.begin_silence(leader)
    with changing(silence.draft_sheet(leader), leader.key) as doc:
        for number in range(100):
            card = CardData(f"00000000-0000-4000-8000-{number:012}", position="~", text=f"{number:03}")
            put_card(doc, card)
    read = document.read_cards
    monkeypatch.setattr(document, "read_cards", lambda *given: reads.append(1) or read(*given))

    silence.reveal(leader)

    assert in_field(canvas) == [f"{number:03}" for number in range(100)]
    assert len(reads) == 1


def test_a_reveal_asks_the_database_no_more_for_four_people_than_for_one(owner, canvas, as_role):
    leader = lead(owner, canvas)
    people = [leader, *(seat_of(as_role(Role.STRATEGIST), canvas) for _ in range(3))]
    asked = []
    for writers in (people[:1], people[:1], people):  # the first time, more has to be found out
        silence.begin_silence(leader)
        for seat in writers:
            write_silently(seat, f"By {seat.key} among {len(writers)}")
        with CaptureQueriesContext(connection) as queries:
            silence.reveal(leader)
        asked.append(len(queries))

    assert asked[1] == asked[2]
    assert len(in_field(canvas)) == 6


def test_silence_and_its_end_leave_everybodys_rights(owner, canvas):
    """Else each window of a full room would be asked for anew while all wait for the cards."""
    leader, sheet = lead(owner, canvas), shared_sheet(canvas)
    [before], last = rooms.standings([sheet.pk]), rooms.newest_entry()
    silence.begin_silence(leader)
    write_silently(leader, "Said")

    silence.reveal(leader)

    [after] = rooms.standings([sheet.pk])
    told = [entry for entry in rooms.entries_since(last) if entry.pk > last]
    assert after.rights == before.rights
    assert after.room != before.room
    assert [entry.verb for entry in told if entry.may_change_rights] == []
    assert {entry.verb for entry in told} >= {"workshop.silenced", "workshop.revealed"}


def test_a_reveal_that_breaks_off_leaves_everything_hidden(owner, canvas):
    leader = lead(owner, canvas)
    silence.begin_silence(leader)
    write_silently(leader, SECRET)

    with transaction.atomic():
        silence.reveal(leader)
        transaction.set_rollback(True)

    assert being_written(canvas) == (1, 1)
    assert in_field(canvas) == []
    assert facts(leader)["workshop"]["silent"] is True
    assert read_cards(store.load(shared_sheet(canvas).pk).doc) == {}


def test_not_a_byte_of_a_draft_is_in_facts_history_archive_or_the_shared_sheet(owner, canvas, as_role):
    leader = lead(owner, canvas)
    silence.begin_silence(leader)
    [key] = write_silently(seat_of(as_role(Role.STRATEGIST), canvas), SECRET)

    told = json.dumps([facts(leader), facts(seat_of(as_role(Role.VIEWER), canvas))])
    history = "".join(f"{entry.target_label} {entry.data}" for entry in owner.study.history.all())
    archive = "".join(write_archive(owner)).encode()
    shared = b"".join(bytes(row.data) for row in SheetUpdate.objects.filter(sheet=shared_sheet(canvas)))
    for words in (SECRET, key):
        assert words not in told + history
        assert words.encode() not in shared + archive
    assert not Card.with_trash.exists()
