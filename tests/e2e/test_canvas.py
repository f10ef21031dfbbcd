"""Several people on one canvas: what one writes the others see at once, and no word is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.main_pages import addresses
from tests.e2e.steps import DENIZ, all_saved, press
from tests.plugins.running import Studio

FIELD = '[data-lane="marketing"][data-in-phase="1"]'


def enter(page: Page, studio: Studio) -> Page:
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    page.wait_for_selector("[data-canvas][data-ready]")
    return page


@pytest.fixture
def both(studio: Studio, visitor: Callable[..., Page]) -> tuple[Page, Page]:
    """The owner and the strategist, each with the demo's canvas open."""
    return enter(visitor(studio), studio), enter(visitor(studio, DENIZ), studio)


def write(page: Page, *texts: str) -> None:
    """New cards by keys alone, in the field that has the focus."""
    page.locator(f"{FIELD} .cv-new").focus()
    for text in texts:
        press(page, "n")
        page.keyboard.type(text)
        press(page, "Escape")


def card(page: Page, text: str) -> Locator:
    return page.locator(".cv-card", has_text=text)


def in_field(page: Page, text: str) -> Locator:
    return page.locator(f"{FIELD} .cv-card .cv-text", has_text=text)


def test_cards_written_and_moved_by_keyboard_reach_the_other_window(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "Walk first", "Walk second")
    press(one, "Alt+ArrowUp")

    expect(in_field(two, "Walk")).to_have_text(["Walk second", "Walk first"])
    all_saved(one)


def test_two_people_in_one_card_keep_every_letter(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "middle")
    expect(card(two, "middle")).to_have_count(1)
    for page in both:
        card(page, "middle").focus()
        press(page, "Enter")
    press(two, "Home")
    for left, right in zip("abcdefghij", "0123456789", strict=True):
        one.keyboard.type(right)
        two.keyboard.type(left)
    expect(two.get_by_text("Lena Hartwig is writing")).to_be_visible()
    for page in both:
        press(page, "Escape")

    for page in both:
        expect(card(page, "middle").locator(".cv-text")).to_have_text("abcdefghijmiddle0123456789")
