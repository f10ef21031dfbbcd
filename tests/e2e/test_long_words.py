"""Words without a place to break, in the pages that stand on what people wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import Page

from scripts.main_pages import addresses
from tests.plugins.running import Studio

Visitor = Callable[..., Page]
LONG = "Straßenbahnhaltestellenüberdachungsbeauftragtenversammlung"
WRITTEN = {
    "auth_user": ["first_name"],
    "studies_study": ["name"],
    "interviews_participant": ["segment"],
    "interviews_interview": ["hired", "fired"],
    "interviews_element": ["note"],
    "jobs_job": ["statement"],
    "strategy_action": ["title"],
}
PAGES = (
    *("write", "together", "priorities", "business", "what-if", "snapshot", "journey-interview"),
    *("jobs", "canvases", "actions", "canvas", "members", "codes"),
)
# What reaches beyond its part of the page, where it can neither be seen nor scrolled to
BEYOND = """() => {
  const work = document.querySelector("main").getBoundingClientRect().right;
  const scrolled = (one) => one.closest(".table-wrap")
    && ["auto", "scroll"].includes(getComputedStyle(one.closest(".table-wrap")).overflowX);
  const wide = [...document.querySelectorAll("table")].filter(
    (one) => one.getBoundingClientRect().right > work + 1 && !scrolled(one));
  const root = document.documentElement;
  return wide.length + Math.max(0, root.scrollWidth - root.clientWidth);
}"""


def write_long_words(studio: Studio) -> None:
    with closing(sqlite3.connect(studio.data_dir / "db.sqlite3", timeout=20)) as database:
        for table, columns in WRITTEN.items():
            for column in columns:
                database.execute(f"UPDATE {table} SET {column} = ?", [LONG])
        database.commit()


def test_long_words_break_and_push_nothing_away(own_studio: Studio, visitor: Visitor) -> None:
    write_long_words(own_studio)
    paths = addresses(own_studio.data_dir)
    found = {}
    for width in (360, 1440):
        page = visitor(own_studio, viewport={"width": width, "height": 900})
        for name in PAGES:
            page.goto(own_studio.url + paths[name])
            found[f"{name} {width}"] = page.evaluate(BEYOND)
    assert {name: beyond for name, beyond in found.items() if beyond} == {}
