"""Cards changed on the server: the document, its log and the rows say the same."""

from __future__ import annotations

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from strategy.actions import cards
from strategy.actions.projection import project
from strategy.actions.sheets import changing, shared_sheet
from strategy.document import CardData, new_doc, put_card, read_cards
from strategy.live import pens, protocol, store
from strategy.models import Card, Sheet, SheetUpdate
from tests import factories as make
from tests.strategy.rooms import edit_card


def test_a_card_added_on_the_server_is_in_the_log_in_the_document_and_in_the_rows(owner, canvas):
    card = cards.add_card(owner, canvas=canvas, phase=2, lane="partners", text="Lend 🚲 bikes")

    sheet = shared_sheet(canvas)
    assert (sheet.seq, sheet.projected_seq) == (1, 1)
    assert read_cards(store.load(sheet.pk).doc) == {
        str(card.key): CardData(str(card.key), 2, "partners", card.position, "idea", "Lend 🚲 bikes")
    }
    assert card.created_by == owner.user
    assert owner.study.history.filter(verb="card.added", target_id=str(card.pk)).count() == 1


def test_rows_that_were_there_before_the_sheet_begin_it(owner, canvas):
    element = make.make_element(make.make_interview(owner.study))
    old = make.make_card(canvas, text="From an archive", kind="assumption")
    old.elements.add(element)

    found = read_cards(store.load(shared_sheet(canvas).pk).doc)[str(old.key)]

    assert (found.text, found.kind, found.links) == (
        "From an archive",
        "assumption",
        {f"element:{element.pk}"},
    )


def test_links_into_another_study_reach_nothing(owner, outsider, canvas):
    mine = make.make_element(make.make_interview(owner.study))
    theirs = make.make_element(make.make_interview(outsider.study))
    card = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="x")
    sheet = shared_sheet(canvas)
    with changing(sheet, f"u{owner.user.pk}") as doc:
        links = frozenset({f"element:{mine.pk}", f"element:{theirs.pk}"})
        put_card(doc, CardData(str(card.key), 1, "need", card.position, "idea", "x", links))

    project(sheet.pk)

    assert list(card.elements.values_list("pk", flat=True)) == [mine.pk]


def test_an_edit_changes_only_the_letters_that_differ(owner, canvas):
    card = cards.add_card(
        owner, canvas=canvas, phase=1, lane="need", text="Grüße aus Köln, liebe 👩‍👩‍👧 Leute"
    )

    edit_card(owner, card=card, text="Grüße aus Bonn, 👩‍👩‍👧 Leute!")

    card.refresh_from_db()
    assert card.text == "Grüße aus Bonn, 👩‍👩‍👧 Leute!"


def test_a_deleted_card_leaves_its_row_in_the_trash_and_comes_back(owner, canvas):
    card = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="x")

    cards.trash_card(owner, card=card)
    assert not Card.objects.filter(pk=card.pk).exists()

    cards.restore_card(owner, card=Card.with_trash.get(pk=card.pk))
    assert Card.objects.get(pk=card.pk).text == "x"


def clients(sheet: Sheet) -> set[int]:
    return set(protocol.clocks(store.load(sheet.pk).doc.get_state()))


def test_however_often_a_process_changes_a_canvas_it_is_one_client(owner, canvas):
    for number in range(5):
        card = cards.add_card(owner, canvas=canvas, phase=1, lane="need", text=f"Card {number}")
        edit_card(owner, card=card, text=f"Card {number}, again")
    sheet = shared_sheet(canvas)
    store.fold(sheet.pk)
    cards.trash_card(owner, card=card)

    assert len(clients(sheet)) == 1
    assert len(read_cards(store.load(sheet.pk).doc)) == 4


def test_another_process_is_another_client(owner, canvas):
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Here")
    pens._pens.clear()  # as it begins
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="There")

    assert len(clients(shared_sheet(canvas))) == 2


def test_what_was_rolled_back_gives_its_numbers_to_nothing_else(owner, canvas):
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Kept")
    before = clients(sheet := shared_sheet(canvas))
    with transaction.atomic():
        cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Never seen")
        transaction.set_rollback(True)
    cards.add_card(owner, canvas=canvas, phase=2, lane="need", text="Seen")

    assert len(clients(sheet) - before) == 1
    assert {card.text for card in read_cards(store.load(sheet.pk).doc).values()} == {"Kept", "Seen"}


def test_after_a_backup_was_put_back_browsers_that_know_more_and_the_server_agree(owner, canvas):
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="In the backup")
    sheet, browser = shared_sheet(canvas), new_doc()
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="Lost, but a browser shows it")
    browser.apply_update(store.load(sheet.pk).doc.get_update())
    SheetUpdate.objects.filter(sheet=sheet, seq=2).delete()
    Sheet.objects.filter(pk=sheet.pk).update(seq=1, projected_seq=1)
    cards.add_card(owner, canvas=canvas, phase=2, lane="target", text="New")

    server = store.load(sheet.pk).doc
    browser.apply_update(server.get_update(browser.get_state()))
    server.apply_update(browser.get_update(server.get_state()))
    assert read_cards(server) == read_cards(browser)
    assert len(read_cards(server)) == 3


def test_a_folded_log_says_the_same(owner, canvas):
    for number in range(5):
        cards.add_card(owner, canvas=canvas, phase=1, lane="need", text=f"Card {number}")
    sheet = shared_sheet(canvas)
    before = read_cards(store.load(sheet.pk).doc)

    assert store.fold(sheet.pk) is True

    assert read_cards(store.load(sheet.pk).doc) == before
    assert SheetUpdate.objects.filter(sheet=sheet).count() == 0
    with CaptureQueriesContext(connection) as asked:
        assert store.fold(sheet.pk) is False
    assert len(asked) == 1  # the document is not read for it


def test_an_update_that_cannot_be_read_is_set_aside(owner, canvas):
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="good")
    sheet = shared_sheet(canvas)
    store.append([(sheet.pk, "", b"\x01\x02garbage")])
    cards.add_card(owner, canvas=canvas, phase=1, lane="need", text="also good")

    assert {card.text for card in read_cards(store.load(sheet.pk).doc).values()} == {"good", "also good"}
    assert SheetUpdate.objects.filter(sheet=sheet, bad=True).count() == 1


def test_a_log_that_is_folded_while_it_is_read_is_read_whole(canvas):
    sheet = shared_sheet(canvas)
    for number in range(6):
        with changing(sheet) as doc:
            put_card(doc, CardData(f"00000000-0000-4000-8000-{number:012}", text=str(number)))
    Sheet.objects.filter(pk=sheet.pk).update(projected_seq=2)
    store.fold(sheet.pk)
    folded = []

    def fold_behind_the_first_question(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if not folded and sql.startswith("SELECT"):
            folded.append(True)
            Sheet.objects.filter(pk=sheet.pk).update(projected_seq=4)
            store.fold(sheet.pk)
        return found

    with connection.execute_wrapper(fold_behind_the_first_question):
        loaded = store.load(sheet.pk)

    assert {card.text for card in read_cards(loaded.doc).values()} == set("012345")
    assert (loaded.seq, loaded.rows) == (6, 2)
