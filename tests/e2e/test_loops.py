"""From a canvas to an action, its readings, its closed loop and the next one; and the canvas taken along."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from scripts.main_pages import addresses
from tests.e2e.steps import DENIZ, Visitor, go, kept, notice, press, tab_to
from tests.plugins.running import Studio


def test_a_small_change_is_read_closed_and_followed_by_the_next(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, DENIZ)
    an_action_is_made_of_a_card_by_keys_alone(page, studio)
    it_runs_once_it_is_grounded_and_checked(page)
    its_kpi_is_read(page)
    closing_it_asks_for_what_came_of_it(page)
    the_next_loop_begins_with_what_is_known(page)


def an_action_is_made_of_a_card_by_keys_alone(page: Page, studio: Studio) -> None:
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    page.wait_for_selector("[data-canvas][data-ready]")
    tab_to(page, page.locator(".cv-card").first)
    press(page, "n")
    page.keyboard.type("Lend a rain cover")
    press(page, "Escape", "5")
    kept(studio, "Lend a rain cover")
    card = page.locator(".cv-card").filter(has_text="Lend a rain cover")
    expect(card).to_be_focused()

    panel = page.get_by_role("complementary", name="Make an action")
    words = panel.get_by_label("What shall somebody do?")
    press(page, "t")
    expect(words).to_be_focused()
    press(page, "Escape")
    expect(card).to_be_focused()
    press(page, "t")
    expect(words).to_be_focused()
    tab_to(page, panel.get_by_role("button", name="Make the action"))
    press(page, "Enter")
    expect(page.get_by_role("link", name="Lend a rain cover")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Lend a rain cover", level=1)).to_be_visible()


def it_runs_once_it_is_grounded_and_checked(page: Page) -> None:
    page.get_by_label("We shall see").fill("Rides in the rain")
    page.get_by_label("go from").fill("2")
    page.get_by_label("to", exact=True).last.fill("6")
    page.get_by_label("Proactive: before customers ask").check()
    page.get_by_label("This rests on an assumption, not on evidence").check()
    press(page, "Control+Enter")
    notice(page, "Saved.")

    page.get_by_role("button", name="Running").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer the self-determination check first")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_text("Answer", exact=True).click()
    page.get_by_label("Yes, they would welcome it").check()
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_role("button", name="Running").click()
    notice(page, "Status: running.")


def its_kpi_is_read(page: Page) -> None:
    page.get_by_label("Value", exact=True).first.fill("4")
    press(page, "Enter")
    expect(page.locator("#kpi")).to_contain_text("1 reading; 50 % of the way from 2 to 6.")

    page.get_by_text("Import readings").click()
    page.get_by_label("Paste them").fill("2026-01-05; 2\n5/1/2026; 3")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Row 2: “5/1/2026” is no day.")
    page.get_by_label("Paste them").fill("2026-01-05; 2")
    page.get_by_role("button", name="Import", exact=True).click()
    notice(page, "Readings: 1 new")
    expect(page.locator(".trend-spot")).to_have_count(2)


def closing_it_asks_for_what_came_of_it(page: Page) -> None:
    page.locator("summary", has_text="Close the loop").focus()
    press(page, "Enter")
    page.get_by_label("What happened?").fill("Four of ten rode in the rain")
    page.get_by_role("button", name="Close the loop").click()
    expect(page.locator("#loop")).to_contain_text("Choose keep, adapt or stop.")

    expect(page.get_by_label("What do customers expect now?")).to_be_focused()
    page.keyboard.type("Dry knees")
    page.get_by_label("Which small change comes next?").fill("Lend rain trousers, too")
    page.get_by_label("Adapt: it goes on, changed").check()
    page.get_by_role("button", name="Close the loop").click()
    notice(page, "The loop is closed.")


def the_next_loop_begins_with_what_is_known(page: Page) -> None:
    page.get_by_role("button", name="Begin the next loop").click()

    expect(page.get_by_role("heading", name="Lend rain trousers, too", level=1)).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Loop 2 of 2")
    expect(page.get_by_label("What customers expect today")).to_have_value("Dry knees")
    expect(page.get_by_label("go from")).to_have_value("4")


def test_a_canvas_is_taken_along_from_a_phone(studio: Studio, visitor: Visitor, tmp_path: Path) -> None:
    page = visitor(studio, DENIZ, viewport={"width": 360, "height": 740})
    page.goto(studio.url + addresses(studio.data_dir)["canvas"] + "export/")
    page.get_by_role("button", name="Make the PDF").click()

    made = page.locator("#made").get_by_role("link", name="PDF A3")
    expect(made.first).to_be_visible(timeout=120_000)
    with page.expect_download() as saved:
        made.first.click()
    saved.value.save_as(tmp_path / "canvas.pdf")
    text = " ".join(PdfReader(tmp_path / "canvas.pdf").pages[0].extract_text().split())
    assert "Four-week trial at the subscription price" in text
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    go(page, studio, "actions/?flag=loops")
    expect(
        page.get_by_role("link", name="Leave out the reminder call, unless they ask for it")
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
