"""A what-if by keyboard: a weight moved, a segment left out, named, sent to a colleague, compared."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.steps import CARLA, Visitor, go, notice, press, tab_to
from tests.plugins.running import Studio


def test_a_manager_plays_with_weights_names_the_result_and_sends_it(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio, "jobs/priorities/what-if/")
    said = page.get_by_role("status").filter(has_text=re.compile("^First:"))
    expect(said).to_contain_text("Same order as today’s ranking.")
    slider = page.get_by_role("slider", name="Heard in")

    tab_to(page, slider)
    press(page, "End")
    expect(said).to_contain_text("moved against today’s ranking")
    expect(page).to_have_url(re.compile(r"\?prevalence=10$"))
    expect(slider).to_be_focused()

    first = page.get_by_role("row").nth(1)
    n = int(first.inner_text().split()[-1])  # “9 of 12”: other walks add interviews of their own
    segments = page.get_by_role("group", name="Leave out a segment")
    segments.get_by_role("checkbox", name=re.compile("1 interview$")).first.press("Space")
    expect(page).to_have_url(re.compile(r"prevalence=10&segment="))
    expect(first).to_contain_text(f"of {n - 1}")

    page.get_by_label("Name of what stands above").fill("Heard often")
    press(page, "Enter")
    notice(page, "Saved as “Heard often”")
    link, first = page.url, page.locator(".whatif-table [data-row-link]").first.inner_text()

    colleague = visitor(studio, CARLA)
    colleague.goto(link)
    expect(colleague.get_by_role("heading", name="What if: Heard often")).to_be_visible()
    expect(colleague.locator(".whatif-table [data-row-link]").first).to_have_text(first)
    go(colleague, studio, "jobs/priorities/what-if/")
    colleague.get_by_label("Compare with").select_option(label="Heard often")
    expect(colleague.get_by_role("columnheader", name="Against “Heard often”")).to_be_visible()

    # over plain HTTP a browser has no clipboard: the link is selected, and said is what to press
    colleague.wait_for_load_state()
    colleague.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    colleague.get_by_role("button", name="Copy the link of Heard often").click()
    notice(colleague, "The text is selected: press Ctrl+C")
    field = colleague.get_by_label("The link of Heard often")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == link


def test_ratings_are_typed_cell_by_cell_and_kept(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio, "jobs/priorities/ratings/")
    cell = page.locator(".cell[name$=-feasibility]").first
    cell.focus()
    press(page, "3", "ArrowDown", "2")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    expect(page.locator(".cell[name$=-feasibility]").nth(1)).to_be_focused()
    page.reload()
    expect(page.locator(".cell[name$=-feasibility]").first).to_have_value("3")
    expect(page.locator(".cell[name$=-feasibility]").nth(1)).to_have_value("2")


def test_a_filter_waits_for_what_was_typed_and_asks_before_it_drops_what_was_refused(
    studio: Studio, visitor: Visitor
) -> None:
    page = go(visitor(studio), studio, "jobs/priorities/ratings/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    cell = page.locator(".cell[name$=-feasibility]").last
    left = page.get_by_role("link", name="Not rated by me yet")

    cell.focus()
    press(page, "9")
    with page.expect_event("dialog"):
        left.click(no_wait_after=True)
    expect(cell).to_have_value("9")

    cell.fill("4")
    left.click()
    expect(page).to_have_url(re.compile(r"\?left=yes$"))
    go(page, studio, "jobs/priorities/ratings/")
    expect(cell).to_have_value("4")
    assert asked == ["beforeunload"]
