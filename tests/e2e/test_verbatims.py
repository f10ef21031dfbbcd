"""One walk: a file is uploaded, mapped, imported and grouped; a group is linked and seen at its job."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.steps import Visitor, go, notice
from tests.jobs.verbatims_made import as_csv, reviews
from tests.plugins.running import Studio

SLOW = 120_000  # ms: a worker loads its encoder on a busy machine


def test_reviews_become_evidence_beside_the_interviews(
    studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "tickets 2026.csv"
    rows = [(text, "City") for text, _ in reviews(120)]
    file.write_bytes(as_csv([*rows, rows[0], ("", "City")], head=("Ticket text", "Product")))
    page = go(visitor(studio), studio, "verbatims/")

    page.keyboard.press("n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show the file").click()
    expect(page.get_by_label("The words")).to_have_value("Ticket text")
    expect(page.get_by_role("main")).to_contain_text("What the first 122 rows would give")
    page.get_by_role("button", name="Import these rows").click()
    expect(page.get_by_role("main")).to_contain_text("120 different texts of 122 rows", timeout=SLOW)

    page.get_by_role("button", name="Group them").click()
    largest = page.locator(".verbatim-group").first
    expect(largest).to_be_visible(timeout=SLOW)
    largest.get_by_role("heading").get_by_role("link").click()

    page.get_by_label("Find a generalised job").press_sequentially("stranded")
    page.get_by_role("button", name="Speaks for it Avoid being stranded").click()
    notice(page, "Linked: it speaks for “Avoid being stranded when something breaks”.")
    page.get_by_role("main").get_by_role("link", name="Avoid being stranded").click()
    beside = page.get_by_role("main").locator("#verbatims")
    expect(beside).to_contain_text("of 120 verbatims (tickets 2026)")
    expect(beside).to_contain_text("change no number of the ranking")
