"""Hostile words in a real browser: scripts of our own put text on pages, too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from playwright.sync_api import Page

from scripts.main_pages import addresses
from tests.e2e.steps import until
from tests.plugins.running import Studio

Visitor = Callable[..., Page]
EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>\"'><b>x</b></script><!--"
HOSTILE = """() => {
  const all = [...document.querySelectorAll("*")];
  const data = ["application/json", "importmap"];
  return {
    ran: window.pwned ?? 0,
    images: document.querySelectorAll('img[src="x"]').length,
    handlers: all.filter((one) => [...one.attributes].some((each) => each.name.startsWith("on"))).length,
    scripts: [...document.scripts].filter((one) => !one.src && !data.includes(one.type)).length,
  };
}"""
POISONED = {
    "studies_study": ["name", "question", "switch"],
    "interviews_participant": ["pseudonym", "segment", "note"],
    "interviews_element": ["note", "verbatim"],
    "interviews_guideprompt": ["text"],
    "interviews_turn": ["speaker"],
    "jobs_job": ["statement", "rationale"],
    "jobs_jobcluster": ["name"],
    "jobs_comment": ["text"],
    "strategy_card": ["text"],
    "strategy_action": ["title", "performer", "kpi", "result"],
    "studies_historyentry": ["actor_name", "target_label"],
    "auth_user": ["first_name"],
}


def poison(studio: Studio) -> None:
    with closing(sqlite3.connect(studio.data_dir / "db.sqlite3", timeout=20)) as database:
        for table, columns in POISONED.items():
            for column in columns:
                tail = " || id" if table == "interviews_participant" and column == "pseudonym" else ""
                database.execute(f"UPDATE {table} SET {column} = ?{tail}", [EVIL])
        database.execute("UPDATE interviews_participant SET tags = ?", [json.dumps([EVIL])])
        database.execute(
            "UPDATE studies_study SET phase_labels = ?", [json.dumps({str(n): EVIL for n in (1, 2, 3, 4)})]
        )
        database.commit()


def test_no_hostile_word_becomes_an_element_on_any_main_page(own_studio: Studio, visitor: Visitor) -> None:
    poison(own_studio)
    page = visitor(own_studio)
    wrong: dict[str, Any] = {}
    for name, path in addresses(own_studio.data_dir).items():
        answer = page.goto(own_studio.url + path)
        page.wait_for_timeout(700)
        page.mouse.wheel(0, 4000)  # charts are drawn when they come near
        page.wait_for_timeout(500)
        _open_what_opens(page)
        found = page.evaluate(HOSTILE)
        if any(found.values()) or answer is None or answer.status >= 500:
            wrong[name] = found | {"status": answer.status if answer else 0}
    assert wrong == {}


def _open_what_opens(page: Page) -> None:
    """The palette, the list of keys and the first thing that opens a panel."""
    for keys in ("Control+k", "Escape", "?", "Escape"):
        page.keyboard.press(keys)
        page.wait_for_timeout(60)
    for selector in ("[data-behind]", "[hx-get]:visible", ".card-item", "[data-item]"):
        target = page.locator(selector).first
        if target.count() and target.is_visible():
            target.click(no_wait_after=True, force=True)
            page.wait_for_timeout(200)
            break


def heard_of_it(page: Page, troubles: list[str]) -> bool:
    page.wait_for_timeout(50)  # messages are only heard while something waits for the page
    return any("Content Security Policy" in one for one in troubles)


def test_the_policy_stops_a_script_that_got_onto_a_page(
    studio: Studio, visitor: Visitor, troubles: list[str]
) -> None:
    """The second wall: markup that slipped through would still run nothing."""
    page = visitor(studio)
    page.goto(studio.url)
    ran = page.evaluate(
        """async () => {
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=window.pwned=1>");
          const script = document.createElement("script");
          script.textContent = "window.pwned = 2";
          document.body.append(script);
          await new Promise((done) => setTimeout(done, 500));
          return window.pwned ?? 0;
        }"""
    )
    assert ran == 0
    until(lambda: heard_of_it(page, troubles))
    troubles.clear()


def test_no_other_site_can_frame_a_page(studio: Studio, visitor: Visitor, troubles: list[str]) -> None:
    page = visitor(studio, email="")
    page.route(
        "http://other.example/",
        lambda route: route.fulfill(
            body=f"<iframe src='{studio.url}/account/login/'></iframe>", content_type="text/html"
        ),
    )
    page.goto("http://other.example/")
    page.wait_for_timeout(1000)
    texts = [
        frame.locator("body").inner_text() if frame.url.startswith("http") else ""
        for frame in page.frames[1:]
    ]
    assert not any("Sign in" in text for text in texts)
    troubles.clear()
