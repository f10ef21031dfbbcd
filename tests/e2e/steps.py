"""What several walks through the product do, in the words of the people who do it."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from scripts.main_pages import SLUG
from tests.plugins.running import Studio

Visitor = Callable[..., Page]
JONAS, CARLA, DENIZ, ROSA = (f"{name}@demo.example" for name in ("jonas", "carla", "deniz", "rosa"))


def go(page: Page, studio: Studio, path: str = "", slug: str = SLUG) -> Page:
    page.goto(f"{studio.url}/s/{slug}/{path}")
    return page


def rows(studio: Studio, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database holds now; read beside the running product."""
    with sqlite3.connect(studio.data_dir / "db.sqlite3", timeout=20) as database:
        return database.execute(query, values).fetchall()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def notice(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def number_in(words: str | None) -> int:
    found = re.search(r"\d+", words or "")
    assert found, f"no number in {words!r}"
    return int(found[0])


def id_in(page: Page) -> int:
    """The last number of the address."""
    return int(re.findall(r"/(\d+)(?:/|$)", page.url)[-1])


def press(page: Page, *keys: str) -> None:
    """Once the scripts of the page are there: what it shows may be seen before they hear a key."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, goal: Locator, at_most: int = 80) -> int:
    """Presses Tab until `goal` has the focus; returns how often."""
    for count in range(1, at_most + 1):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return count
    raise AssertionError(f"{at_most} times Tab did not reach {goal}")


# --- canvas --------------------------------------------------------------------------------------------
def kept(studio: Studio, text: str) -> None:
    """Waits until the server has all of a card in its rows: "Saved" may still speak of what was before."""
    found = "SELECT 1 FROM strategy_card WHERE text = ? AND deleted_at IS NULL"
    until(lambda: bool(rows(studio, found, text)))


# --- live capture --------------------------------------------------------------------------------------
def plan_interview(page: Page, studio: Studio, who: str, slug: str = SLUG) -> int:
    go(page, studio, "interviews/new/", slug)
    page.get_by_label("Participant").select_option(label=who)
    page.get_by_role("button", name="Open live capture").click()
    ready_to_capture(page)
    return id_in(page)


def ready_to_capture(page: Page) -> None:
    page.wait_for_selector("[data-live][data-ready=yes]")


def capture(page: Page, words: str, *keys: str) -> None:
    """Types a line and sorts it by keys alone; the focus stands in the line already."""
    expect(page.get_by_label("What you hear")).to_be_focused()
    page.keyboard.type(words)
    press(page, *keys, "Enter")


def captured(page: Page) -> list[str]:
    return page.locator("[data-list] .item-words").all_inner_texts()


def all_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
