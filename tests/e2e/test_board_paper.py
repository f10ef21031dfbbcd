"""A reviewer approves, takes the board paper along, and sees what a changed weight does to it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.steps import CARLA, Visitor, go, notice
from tests.plugins.running import Studio

PAPER = "jobs/priorities/paper/"


def test_from_an_approved_ranking_to_the_paper_and_what_changed_since(
    own_studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor(own_studio, CARLA)
    the_ranking_is_approved(page, own_studio)
    the_paper_is_made_and_taken_along(page, tmp_path)
    a_changed_weight_is_told_against_it(page, own_studio)


def the_ranking_is_approved(page: Page, studio: Studio) -> None:
    go(page, studio, PAPER)
    page.get_by_label("Call it").fill("Board, June")
    page.get_by_label("Note").fill("The first three may go ahead")
    page.get_by_role("button", name="Approve this ranking").click()

    notice(page, "Approved as “Board, June”")
    expect(page.get_by_role("heading", name="Approved: Board, June")).to_be_visible()
    expect(page.locator("#since + .hint")).to_have_text("nothing")


def the_paper_is_made_and_taken_along(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Board paper", exact=True).last.click()
    page.get_by_role("button", name="Make the board paper").click()
    made = page.locator("#made tbody tr").first
    expect(made).to_contain_text("Board, June", timeout=120_000)

    for name, begin in (("PDF", b"%PDF"), ("Slides", b"PK"), ("Workbook", b"PK")):
        with page.expect_download() as saved:
            made.get_by_role("link", name=name).click()
        file = folder / saved.value.suggested_filename
        saved.value.save_as(file)
        assert file.read_bytes().startswith(begin)
    pages = PdfReader(next(folder.glob("*.pdf"))).pages
    text = re.sub(r"\s+", " ", " ".join(each.extract_text() for each in pages))
    assert "Approved as “Board, June” by Carla Brückner" in text
    assert "Interview counts are not market shares." in text


def a_changed_weight_is_told_against_it(page: Page, studio: Studio) -> None:
    go(page, studio, "jobs/priorities/")
    expect(page.locator(".since")).to_contain_text("nothing has changed since")
    form = page.locator("form[data-weights]")
    form.locator("[name=prevalence]").fill("9")
    form.locator("[name=reason]").fill("Breadth first")
    form.get_by_role("button", name="Save the weights").click()

    expect(page.locator(".since")).to_contain_text("weights changed")
    page.locator(".since").get_by_role("link", name=re.compile("weights changed")).click()
    expect(page.locator(".figures")).to_contain_text("Heard in: 2 then, 9 now")
