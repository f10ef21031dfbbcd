"""The three-hour transcript in Chromium: first paint, and long tasks while it scrolls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.product import running
from bench.server import client_of, scaled_study
from bench.table import Figure
from bench.transcript import measure as import_transcript
from bench.transcript import with_quotes
from scripts.chromium import environment, launch_options

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from interviews.models import Transcript
    from studies.models import Study

PAINT_MS, TASK_MS = 1000, 100
WATCH = """() => { window.longest = 0;
  new PerformanceObserver(list => { for (const task of list.getEntries())
    window.longest = Math.max(window.longest, task.duration); }).observe({type: "longtask"}); }"""
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""


def measure() -> Iterator[Figure]:
    os.environ.update(environment())
    from playwright.sync_api import sync_playwright

    access = scaled_study()
    transcript = _long_transcript(access.study)
    session = client_of(access).cookies["studio_session"].value
    with running() as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "studio_session", "value": session, "url": product.url}])
        page = context.new_page()
        url = f"{product.url}/s/{access.study.slug}/transcripts/{transcript.pk}/"
        page.goto(url)  # once to fill the caches of server and browser
        page.goto(url)
        yield Figure("three-hour transcript, first paint", page.evaluate(PAINTED), "ms", PAINT_MS)
        page.evaluate(WATCH)
        _scroll(page)
        yield _longest(page, "while it scrolls")
        _code_by_keys(page)
        yield _longest(page, "while it is coded by keys")
        browser.close()


def _long_transcript(study: Study) -> Transcript:
    found = study.transcripts.filter(filename="three-hours.txt")
    if not found.exists():
        list(import_transcript())
    transcript: Transcript = found.get()
    with_quotes(transcript)
    return transcript


def _scroll(page: Page) -> None:
    for _ in range(60):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(30)
    assert page.evaluate("() => scrollY") > 10_000


def _code_by_keys(page: Page) -> None:
    for key in [*"j" * 30, *"sp" * 5]:
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    page.wait_for_timeout(1000)


def _longest(page: Page, what: str) -> Figure:
    longest = page.evaluate("() => { const found = window.longest; window.longest = 0; return found; }")
    note = "" if longest else "none of 50 ms, which is where browsers begin to count"
    return Figure(f"longest task {what}", longest, "ms", TASK_MS, note)
