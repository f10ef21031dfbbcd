"""The page of a canvas with 500 cards in Chromium: script, first card, a letter until others see it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from itertools import cycle, islice
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.product import running
from bench.server import client_of, scaled_study
from bench.table import Figure
from scripts.chromium import environment, launch_options
from scripts.machine import BUNDLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CARDS, OPENINGS, LETTERS = 500, 5, 20
CARD_MS, BUNDLE_KB = 1000, 50
WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver(list => { for (const task of list.getEntries())
    window.longest = Math.max(window.longest, task.duration); }).observe({type: "longtask"});
  const look = () => requestAnimationFrame(() => {
    if (document.querySelector(".cv-card")?.getClientRects().length)
      requestAnimationFrame(() => { window.firstCard = performance.now(); });
    else look();
  });
  look();
}"""
READY = "[data-canvas][data-ready]"
# One clock for both pages: they run on one machine
WRITE = """() => { const area = document.querySelector(".cv-edit");
  area.setRangeText("x", area.value.length, area.value.length, "end");
  const at = performance.timeOrigin + performance.now();
  area.dispatchEvent(new InputEvent("input", {bubbles: true})); return at; }"""
SEEN = """key => new Promise(done => { const text = document.querySelector(`#card-${key} .cv-text`);
  new MutationObserver((_, observer) => { observer.disconnect();
    done(performance.timeOrigin + performance.now()); })
    .observe(text, {characterData: true, childList: true, subtree: true}); })"""


def measure() -> Iterator[Figure]:
    os.environ.update(environment())
    from playwright.sync_api import sync_playwright

    access = scaled_study()
    path, key = _full_canvas(access)
    session = client_of(access).cookies["studio_session"].value
    yield _bundle()
    with running() as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())

        def visit() -> Page:
            return _visit(browser, product.url, session, path)

        visit().context.close()  # once to fill the caches of the server
        yield from _openings([visit() for _ in range(OPENINGS)])
        yield _letters(visit(), visit(), key)
        browser.close()


def _full_canvas(access: Any) -> tuple[str, str]:
    """The address of a canvas with 500 cards, and the key of one of them."""
    from strategy.actions.canvases import open_canvas
    from strategy.actions.cards import edited
    from strategy.document import LANES, PHASES, CardData, put_card
    from strategy.order import key_between

    job = access.study.jobs.filter(scope="generalised").first()
    canvas = open_canvas(access, job=job)
    fields = [(phase, lane) for phase in PHASES for lane in LANES]
    position = ""
    with edited(access, canvas) as doc:
        for number, (phase, lane) in enumerate(islice(cycle(fields), CARDS)):
            position = key_between(position, "")
            text = f"Card {number}: lend a bike for a week before anybody has to decide"
            put_card(doc, CardData(str(UUID(int=number + 1)), phase, lane, position, "idea", text))
    return f"/s/{access.study.slug}/canvases/{canvas.pk}/", str(UUID(int=1))


def _bundle() -> Figure:
    packed = gzip.compress(BUNDLE.read_bytes())
    return Figure("the canvas's script, gzipped", len(packed) / 1000, "kB", BUNDLE_KB)


def _visit(browser: Browser, url: str, session: str, path: str) -> Page:
    """A browser that has kept nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "studio_session", "value": session, "url": url}])
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(url + path)
    page.wait_for_selector(READY)
    return page


def _openings(pages: list[Page]) -> Iterator[Figure]:
    first = median(page.evaluate("window.firstCard") for page in pages)
    longest = median(page.evaluate("window.longest") for page in pages)
    yield Figure(f"cold open, first of {CARDS} cards painted", first, "ms", CARD_MS)
    yield Figure("longest task while it opens", longest, "ms")
    for page in pages:
        page.context.close()


def _letters(one: Page, other: Page, key: str) -> Figure:
    """From the key to the other page's text, the network of one machine between them."""
    one.locator(f"#card-{key} .cv-text").click()
    times = []
    for _ in range(LETTERS):
        seen = other.evaluate_handle(f"key => ({{ at: ({SEEN})(key) }})", key)
        written = one.evaluate(WRITE)
        times.append(seen.evaluate("found => found.at") - written)
    return Figure("a letter until another page shows it, median", median(times), "ms")
