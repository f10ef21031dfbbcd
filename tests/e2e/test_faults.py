"""Faults that a person meets in the browser: what they see, and that their words are still there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from playwright.sync_api import Page, Route, expect

from scripts.main_pages import SLUG
from tests.e2e.test_capture import capture, live_interview, open_live, saved, stored, until
from tests.plugins.running import Studio

Visitor = Callable[..., Page]
KEPT = """async () => {
  const caching = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
  const pages = (await Promise.all(caching)).flat().map((one) => one.url);
  const answer = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const database = await answer(indexedDB.open("studio-capture"));
  const all = (store) => answer(database.transaction(store).objectStore(store).getAll());
  return { pages, snapshots: await all("snapshots"), outbox: JSON.stringify(await all("outbox")) };
}"""


def one(studio: Studio, query: str, *values: Any) -> Any:
    with closing(sqlite3.connect(studio.data_dir / "db.sqlite3", timeout=20)) as database:
        return database.execute(query, values).fetchone()[0]


def test_a_participant_deleted_while_their_interview_is_open_costs_no_word(
    own_studio: Studio, visitor: Visitor
) -> None:
    interview = live_interview(own_studio)
    person = one(own_studio, "SELECT participant_id FROM interviews_interview WHERE id = ?", interview)
    page = open_live(visitor(own_studio), own_studio, interview)
    capture(page, "Before", "p")
    saved(page)

    other = page.context.new_page()
    other.goto(f"{own_studio.url}/s/{SLUG}/participants/{person}/")
    other.locator(f'form[action$="/participants/{person}/delete/"]').evaluate("form => form.requestSubmit()")
    other.wait_for_url("**/participants/")
    capture(page, "After the deletion", "l")

    expect(page.locator("[data-save-state]")).to_contain_text("Not saved")
    expect(page.locator("body")).to_contain_text("its participant was deleted")
    assert stored(own_studio, interview) == []  # what was said leaves together with the person

    other.locator(".notice form button", has_text="Undo").click()
    other.wait_for_load_state()
    until(lambda: "After the deletion" in stored(own_studio, interview))
    saved(page)
    assert stored(own_studio, interview) == ["Before", "After the deletion"]


def test_a_full_disk_is_said_beside_the_words_that_wait(own_studio: Studio, visitor: Visitor) -> None:
    interview = live_interview(own_studio)
    page = open_live(visitor(own_studio), own_studio, interview)
    words = "Nothing could be stored, because the server’s disk is full."

    def full(route: Route) -> None:
        route.fulfill(status=507, json={"error": "fault", "message": words})

    page.route("**/elements/sync/", full)
    capture(page, "While it was full", "p")

    expect(page.locator("[data-save-state]")).to_contain_text("1 change waiting")
    expect(page.locator("body")).to_contain_text(words)

    page.unroute("**/elements/sync/", full)
    until(lambda: stored(own_studio, interview) == ["While it was full"])
    saved(page)


def test_a_job_moved_under_its_own_child_is_refused_on_the_page(studio: Studio, visitor: Visitor) -> None:
    """Sent as the page sends it: the map itself offers no such place."""
    child, parent = (
        one(studio, f"SELECT {column} FROM jobs_job WHERE parent_id IS NOT NULL ORDER BY id LIMIT 1")
        for column in ("id", "parent_id")
    )
    page = visitor(studio)
    page.goto(f"{studio.url}/s/{SLUG}/jobs/map/?job={parent}")
    token = page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")

    answer = page.request.post(
        f"{studio.url}/s/{SLUG}/jobs/map/{parent}/move/",
        form={"parent": str(child)},
        headers={"X-CSRFToken": token, "Referer": studio.url},
    )

    assert answer.ok  # a plain form is led back to the map, which says why
    page.goto(answer.url)
    assert one(studio, "SELECT parent_id FROM jobs_job WHERE id = ?", child) == parent
    assert one(studio, "SELECT count(*) FROM jobs_job WHERE id = parent_id") == 0


def test_after_signing_out_nobody_reads_on_by_going_back(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    page.goto(f"{studio.url}/s/{SLUG}/participants/")
    name = page.locator("tbody tr td a, tbody tr th a").first.inner_text()
    page.goto(f"{studio.url}/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url(lambda address: "/logout/" not in address)

    for _ in range(3):
        page.go_back()
        assert name not in page.locator("body").inner_text()


def test_a_page_that_a_browser_kept_whole_is_not_shown_again_after_signing_out(
    studio: Studio, visitor: Visitor
) -> None:
    """As Firefox and Safari bring it back; Chromium throws such pages away by Clear-Site-Data."""
    page = visitor(studio)
    page.goto(f"{studio.url}/s/{SLUG}/participants/")
    other = page.context.new_page()
    other.goto(f"{studio.url}/account/logout/")
    other.get_by_role("button", name="Sign out").last.click()
    other.wait_for_url(lambda address: "/logout/" not in address)
    other.wait_for_load_state()

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.get_by_label("Password")).to_be_visible()


def forgotten(kept: Any) -> bool:
    """The worker of the site forgets after the page has gone on."""
    return not kept["snapshots"] and not [url for url in kept["pages"] if "/capture/" in url]


def test_after_signing_out_the_kept_pages_are_gone_and_unsent_words_are_not(
    own_studio: Studio, visitor: Visitor
) -> None:
    interview = live_interview(own_studio)
    page = open_live(visitor(own_studio), own_studio, interview)
    page.wait_for_selector("[data-offline=ready]")
    capture(page, "Sent", "p")
    saved(page)
    page.route("**/elements/sync/", lambda route: route.abort())
    capture(page, "Not sent yet", "l")
    expect(page.locator("[data-save-state]")).to_contain_text("1 change waiting")

    page.goto(f"{own_studio.url}/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url(lambda address: "/logout/" not in address)

    until(lambda: forgotten(page.evaluate(KEPT)))
    kept = page.evaluate(KEPT)
    assert "Not sent yet" in kept["outbox"]
    assert "Sent" not in kept["outbox"].replace("Not sent yet", "")
