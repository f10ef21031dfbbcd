"""Two people on one canvas: what one writes the other sees, and no word is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.main_pages import addresses
from tests.plugins.running import Studio

FIELD = '[data-lane="marketing"][data-in-phase="1"]'


@pytest.fixture
def both(studio: Studio, visitor: Callable[..., Page]) -> tuple[Page, Page]:
    """The owner and the strategist, each with the demo's canvas open."""
    pages = visitor(studio), visitor(studio, "deniz@demo.example")
    for page in pages:
        page.goto(studio.url + addresses(studio.data_dir)["canvas"])
        page.wait_for_selector("[data-canvas][data-ready]")
    return pages


def write(page: Page, *texts: str) -> None:
    page.locator(f"{FIELD} textarea").focus()
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def cards(page: Page, text: str) -> Locator:
    return page.locator(f"{FIELD} .cv-card .cv-text", has_text=text)


def test_cards_written_and_moved_by_keyboard_reach_the_other_window(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "Walk first", "Walk second")
    one.keyboard.press("ArrowUp")
    one.keyboard.press("Alt+ArrowUp")

    expect(cards(two, "Walk")).to_have_text(["Walk second", "Walk first"])


def test_two_texts_for_one_card_are_both_kept(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "Shared thought")
    expect(cards(two, "Shared thought")).to_have_count(1)
    # the second one begins before the first one has saved
    for page in both:
        page.locator(f"{FIELD} .cv-card", has_text="Shared thought").focus()
        page.keyboard.press("Enter")
    for page, words in ((one, " of one"), (two, " of two")):
        page.keyboard.type(words)
        page.keyboard.press("Escape")
        expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    two.get_by_role("button", name="Keep both as two cards").click()

    for window in both:
        expect(cards(window, "Shared thought of")).to_have_count(2)
