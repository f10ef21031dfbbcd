"""A row of the ranking is read in two steps: its place and how sure it is, then why and on what it rests."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from scripts.main_pages import addresses
from tests.e2e.steps import Visitor
from tests.plugins.running import Studio


@pytest.mark.parametrize("width", [390, 1440])
def test_a_row_tells_on_what_it_rests_once_it_is_asked(width: int, studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, viewport={"width": width, "height": 900})
    page.goto(studio.url + addresses(studio.data_dir)["priorities"])
    row = page.locator("tr[data-row]").first

    asked = row.get_by_text(re.compile(r"^I [\d.]+, S [\d.]+$"))
    for told in (".rank", ".top", ".score-cell", ".heard"):
        expect(row.locator(told).get_by_role("link").first).to_be_visible()
    expect(asked).to_be_hidden()
    row.locator("summary").press("Enter")
    expect(row.locator(".why")).to_be_visible()
    expect(asked).to_be_visible()
    for number in row.get_by_role("link").all():
        expect(number).to_be_visible()


def test_on_paper_every_row_is_open(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, viewport={"width": 680, "height": 960})  # A4 between its margins
    page.goto(studio.url + addresses(studio.data_dir)["priorities"])
    row = page.locator("tr[data-row]").first
    expect(row.locator(".why")).to_be_hidden()

    page.emulate_media(media="print")

    expect(row.locator(".why")).to_be_visible()
    expect(row.get_by_text(re.compile(r"^I [\d.]+, S [\d.]+$"))).to_be_visible()
    expect(row.locator("summary")).to_be_hidden()


def test_the_page_of_a_job_shows_who_said_it_before_anybody_asks(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    page.goto(studio.url + addresses(studio.data_dir)["priority"])

    expect(page.locator("#behind .quote, #behind .who").first).to_be_visible()
    expect(page.locator("#behind")).to_contain_text("interviews hold this job")
    expect(page.locator("body")).to_be_focused()

    page.locator(".figures a.num").first.click()
    expect(page.locator("#behind [data-behind]")).to_be_focused()
