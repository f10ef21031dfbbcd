"""Reading and coding a transcript: nothing that a hand does is lost, however slow scripts and server are."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Page, Route, expect

from scripts.main_pages import addresses
from tests.e2e.steps import JONAS, Visitor, all_saved, number_in, press, ready_to_capture, rows, until
from tests.plugins.running import Studio

MADE = "SELECT count(*) FROM interviews_element"
KNOWN = "SELECT kind, phase, note FROM interviews_element WHERE id = ?"
WORDS = """SELECT e.id, q.text FROM interviews_element e JOIN interviews_quote q ON q.id = e.quote_id
    ORDER BY e.id DESC LIMIT 1"""
TOP = "element => element.getBoundingClientRect().y"
NEWEST = "SELECT kind, phase, note FROM interviews_element ORDER BY id DESC"


def held(page: Page, address: str) -> list[Route]:
    """Requests for this address wait until they are let go."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route))
    return waiting


def let_go(page: Page, address: str, waiting: list[Route]) -> None:
    for route in waiting:
        route.continue_()
    page.unroute(address)


def test_a_hand_that_is_quicker_than_the_scripts_is_heard(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, JONAS)
    script = "**/transcript/main*.js"
    waiting = held(page, script)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"], wait_until="commit")
    page.get_by_role("button", name="Hide interviewer").click()
    page.keyboard.press("j")
    page.keyboard.press("j")

    let_go(page, script, waiting)

    expect(page.get_by_role("button", name="Hide interviewer")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-turn]:visible").nth(1)).to_be_focused()


def test_a_line_that_is_begun_before_the_scripts_are_there_is_captured(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    script = "**/capture/main*.js"
    made = number_in(str(rows(studio, MADE)))
    waiting = held(page, script)
    page.goto(studio.url + addresses(studio.data_dir)["capture"], wait_until="commit")
    page.get_by_label("What you hear").fill("The school bus was cancelled")
    page.get_by_role("button", name="Capture", exact=True).click()

    let_go(page, script, waiting)

    ready_to_capture(page)
    expect(
        page.locator("[data-list] .item-words", has_text="The school bus was cancelled")
    ).not_to_have_count(0)
    expect(page.get_by_label("What you hear")).to_have_value("")
    until(lambda: rows(studio, MADE) == [(made + 1,)])


@pytest.mark.parametrize("page_of", ["transcript", "capture"])
def test_where_the_scripts_do_not_come_the_page_says_so_and_lets_go(
    page_of: str, studio: Studio, visitor: Visitor
) -> None:
    page, script = visitor(studio, JONAS), f"**/{page_of}/main*.js"
    page.route(script, lambda route: route.abort())
    page.goto(studio.url + addresses(studio.data_dir)[page_of])
    said = page.locator(".notice", has_text="Parts of this page have not come")
    expect(said).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    if page_of == "capture":
        page.get_by_label("What you hear").fill("The bus was full")
        page.get_by_role("button", name="Capture", exact=True).click()
        expect(page.get_by_label("What you hear")).to_have_value("The bus was full")

    page.unroute(script)
    said.get_by_role("button", name="Load again").click()

    expect(page.locator("[data-ready=no]")).to_have_count(0)
    expect(said).to_have_count(0)


IMPATIENT = """const wait = setTimeout;
    window.setTimeout = (act, ms, ...rest) => wait(act, ms === 20000 ? 2000 : ms, ...rest);"""


def test_scripts_that_come_very_late_are_told_of_and_do_what_was_asked_all_the_same(
    studio: Studio, visitor: Visitor
) -> None:
    page, script = visitor(studio, JONAS), "**/transcript/main*.js"
    page.add_init_script(IMPATIENT)
    waiting = held(page, script)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"], wait_until="commit")
    hide = page.get_by_role("button", name="Hide interviewer")
    hide.click()
    said = page.locator(".notice", has_text="Parts of this page have not come")
    expect(said).to_be_visible()

    let_go(page, script, waiting)

    expect(hide).to_have_attribute("aria-pressed", "true")
    expect(said).to_have_count(0)


def test_an_element_that_is_still_on_its_way_is_undone_once_it_has_arrived(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    coded = number_in(page.locator("[data-coded-count]").inner_text())
    made = number_in(str(rows(studio, MADE)))
    waiting = held(page, "**/code/")

    press(page, "j", "Enter", "p", "Control+z")
    until(lambda: len(waiting) == 1)
    let_go(page, "**/code/", waiting)

    expect(page.locator("[data-say]")).to_have_text("Undone.")
    all_saved(page)
    expect(page.locator("[data-coded-count]")).to_have_text(str(coded))
    assert rows(studio, MADE) == [(made + 1,)]
    press(page, "Control+Shift+z")
    expect(page.locator("[data-coded-count]")).to_have_text(str(coded + 1))


def test_somebody_signed_out_is_told_that_nothing_was_saved(studio: Studio, visitor: Visitor) -> None:
    page, made = visitor(studio, JONAS), rows(studio, MADE)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    page.context.clear_cookies(name="studio_session")

    press(page, "j", "Enter", "p")

    expect(page.get_by_text("You are signed out. Nothing was changed.")).to_be_visible()
    expect(page.locator("[data-save-state]").first).not_to_contain_text("Saved")
    assert rows(studio, MADE) == made


def test_an_element_that_was_moved_to_other_words_goes_back_also_when_another_is_shown(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    press(page, "j", "Enter", "p")
    all_saved(page)
    element, before = rows(studio, WORDS)[0]
    press(page, "j", "j", "Enter", "m")
    expect(page.locator("[data-say]")).to_have_text("Moved to these words.")
    moved = rows(studio, WORDS)[0][1]

    press(page, ".")
    expect(page.locator("[data-panel]")).not_to_have_attribute("data-panel", str(element))
    press(page, "Control+z")
    until(lambda: rows(studio, WORDS) == [(element, before)])
    press(page, "Control+Shift+z")
    until(lambda: rows(studio, WORDS) == [(element, moved)])
    assert before != moved


TO_PLACE = """INSERT INTO interviews_snapproposal (study_id, element_id, turn_id, distance_ms, state)
    SELECT study_id, id, ?, 0, 'proposed' FROM interviews_element
    WHERE quote_id IS NULL AND deleted_at IS NULL AND interview_id = ? ORDER BY id LIMIT 1"""
A_TURN = """SELECT t.id, x.interview_id
    FROM interviews_turn t JOIN interviews_transcript x ON x.id = t.transcript_id WHERE x.id = ?
    AND t.role = 'participant' ORDER BY t.number LIMIT 1"""
PLACED = """SELECT s.state, e.quote_id IS NOT NULL FROM interviews_snapproposal s
    JOIN interviews_element e ON e.id = s.element_id"""


def test_where_a_live_note_was_said_is_taken_back_by_undo(studio: Studio, visitor: Visitor) -> None:
    address = addresses(studio.data_dir)["transcript"]
    turn, interview = rows(studio, A_TURN, number_in(address))[0]
    with sqlite3.connect(studio.data_dir / "db.sqlite3", timeout=20) as database:
        database.execute(TO_PLACE, (turn, interview))
    page = visitor(studio, JONAS)
    page.goto(studio.url + address)
    note = page.locator("[data-snap]")
    quotes = number_in(page.locator("[data-coded-count]").inner_text())

    page.wait_for_load_state()
    to_place = page.get_by_role("link", name="1 live note to place")
    to_place.click()
    press(page, "n")
    expect(note).to_have_count(0)
    expect(to_place).to_be_hidden()
    press(page, "Control+z")
    expect(note).to_be_visible()
    expect(to_place).to_be_visible()
    press(page, "y")
    expect(page.locator("[data-coded-count]")).to_have_text(str(quotes + 1))
    until(lambda: rows(studio, PLACED) == [("accepted", 1)])
    press(page, "Control+z")
    expect(note).to_be_visible()
    expect(page.locator("[data-coded-count]")).to_have_text(str(quotes))
    press(page, "Control+Shift+z")
    expect(note).to_have_count(0)
    assert rows(studio, PLACED) == [("accepted", 1)]
    press(page, "Control+z")
    expect(note).to_be_visible()
    note.get_by_role("button", name="No").click()
    expect(note).to_have_count(0)
    page.locator(".notice", has_text="Not here.").last.get_by_role("button", name="Undo").click()

    expect(note).to_be_visible()
    until(lambda: rows(studio, PLACED) == [("proposed", 0)])


def test_saving_mine_over_a_colleagues_version_is_taken_back_by_undo(
    studio: Studio, visitor: Visitor
) -> None:
    page, other = visitor(studio, JONAS), visitor(studio)
    for each in (page, other):
        each.goto(studio.url + addresses(studio.data_dir)["transcript"])
        press(each, ".")
        expect(each.locator("[data-panel]")).to_be_visible()
    shown = page.locator("[data-panel]").get_attribute("data-panel")
    other.get_by_label("Note").fill("Theirs")
    other.get_by_label("Intensity").focus()
    all_saved(other)
    page.get_by_label("Note").fill("Mine")
    page.get_by_label("Intensity").focus()
    page.get_by_role("button", name="Save mine all the same").click()
    until(lambda: rows(studio, KNOWN, shown)[0][2] == "Mine")
    expect(page.locator(".conflict")).to_have_count(0)

    page.locator("[data-turn]").first.focus()
    press(page, "Control+z")
    until(lambda: rows(studio, KNOWN, shown)[0][2] == "Theirs")
    press(page, "Control+Shift+z")
    until(lambda: rows(studio, KNOWN, shown)[0][2] == "Mine")


def test_what_is_pressed_while_an_element_is_on_its_way_is_meant_for_it(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    press(page, ".")
    expect(page.locator("[data-panel]")).to_be_visible()
    shown = page.locator("[data-panel]").get_attribute("data-panel")
    before = rows(studio, KNOWN, shown)
    waiting = held(page, "**/code/")

    press(page, "j", "Enter", "p", "2", "i")
    page.keyboard.type("no mornings")
    let_go(page, "**/code/", waiting)

    expect(page.get_by_label("Note")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("no mornings")
    press(page, "Escape")
    until(lambda: rows(studio, f"{NEWEST} LIMIT 1")[0] == ("push", 2, "no mornings"))
    assert rows(studio, KNOWN, shown) == before


def test_a_note_that_is_being_written_outlives_the_answer_to_what_was_changed_before(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    press(page, "j", "Enter", "l", "i")
    expect(page.get_by_label("Note")).to_be_focused()
    waiting = held(page, "**/edit/")

    page.locator("#el-kind").select_option("push")
    page.get_by_label("Note").fill("It was the rain")
    let_go(page, "**/edit/", waiting)

    expect(page.locator("[data-panel] h2")).to_contain_text("Push")
    expect(page.get_by_label("Note")).to_be_focused()
    page.keyboard.type(" again")
    press(page, "Escape")
    until(lambda: rows(studio, f"{NEWEST} LIMIT 1")[0][2] == "It was the rain again")


def test_on_a_phone_the_words_of_an_element_stay_above_its_form_and_the_keys_have_their_names(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS, viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto(studio.url + addresses(studio.data_dir)["transcript"])
    press(page, "j", "Enter")
    names = page.locator(".codebar-key[data-code] span")
    assert (
        names.evaluate_all("all => all.filter(({scrollWidth: all, clientWidth: seen}) => all > seen)") == []
    )
    assert page.locator("[data-filter-kind]").evaluate("field => field.clientWidth") > 100
    press(page, "Escape")

    words = page.locator(".hl[id]").nth(4)
    words.evaluate("words => words.scrollIntoView({block: 'end'})")
    words.tap()

    expect(page.locator("[data-panel]")).to_be_visible()
    sheet, a_line = page.locator("#inspector"), 30  # px; more lines where there is room
    until(lambda: sheet.evaluate(TOP) - words.evaluate(TOP) >= a_line)
