"""Suggestions by keyboard: switched on, taken by one key, seen on the wheel, judged on their page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from scripts.main_pages import addresses
from tests.e2e.steps import JONAS, Visitor, all_saved, go, number_in, press, rows, until
from tests.plugins.running import Studio

TRAINED = "SELECT count(*) FROM studies_run WHERE kind = 'jobs.suggest' AND state = 'done'"
NEWEST = (
    "SELECT element.id, element.kind, user.email, element.interview_id FROM interviews_element element"
    " JOIN auth_user user ON user.id = element.captured_by_id ORDER BY element.id DESC LIMIT 1"
)
DECIDED = "SELECT state, chosen FROM jobs_suggestion WHERE state <> 'open' ORDER BY start"


def test_a_suggestion_is_taken_by_one_key_and_stays_apart_from_what_people_coded(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, JONAS)
    path = studio.url + addresses(studio.data_dir)["transcript"]
    page.goto(path)
    page.get_by_text("Suggestions: off").click()
    page.get_by_role("button", name="Switch on for this study").click()
    until(lambda: rows(studio, TRAINED) == [(1,)], 240)
    page.goto(path)
    chip = page.locator("[data-next-suggestion]")
    expect(chip).to_be_visible()
    likely, coded = number_in(chip.inner_text()), number_in(page.locator("[data-coded-count]").inner_text())

    press(page, "u")
    suggested = page.locator(".codebar-suggested")
    expect(suggested.locator("[data-suggested]")).to_have_count(3)
    expect(suggested.locator("[data-suggested]").first).to_contain_text(re.compile(r"likely, \d+ %"))
    kind = suggested.locator("[data-suggested='0']").get_attribute("data-el")
    press(page, "Enter")

    expect(page.locator("[data-coded-count]")).to_have_text(str(coded + 1))
    expect(page.locator("[data-say]")).to_have_text(re.compile("^[A-Z][a-z ]+ added\\.$"))
    expect(chip).to_contain_text(f"{likely - 1} likely")
    all_saved(page)
    until(lambda: bool(rows(studio, DECIDED)))
    [(element, stored, email, interview)] = rows(studio, NEWEST)
    assert (stored, email) == (kind, JONAS)
    assert rows(studio, DECIDED) == [("accepted", kind)]

    press(page, "u")
    expect(suggested.locator("[data-suggested]")).to_have_count(3)
    press(page, "r")
    until(lambda: ("rejected", "") in rows(studio, DECIDED))

    go(page, studio, f"interviews/{interview}/capture/")
    expect(page.locator(f"[data-list] [data-el='{kind}']").first).to_be_attached()

    go(page, studio, "suggestions/")
    expect(page.get_by_role("heading", name="On codings held back")).to_be_visible()
    expect(page.locator("tfoot")).to_contain_text(re.compile(r"\d+ of \d+, \d+ %"))
    expect(page.get_by_text("1 accepted, 1 rejected")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()

    page.goto(f"{path}#element-{element}")
    expect(page.locator("[data-panel]")).to_be_visible()
    press(page, "Delete")
    expect(page.locator("[data-coded-count]")).to_have_text(str(coded))
