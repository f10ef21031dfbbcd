"""A chart leaves the product as a picture, a drawing and a table, and tells its points to the keyboard."""

from __future__ import annotations

import csv
import re
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import Visitor, go, press
from tests.plugins.running import Studio

TITLE = "What is each score made of?"


def test_a_chart_is_read_by_keys_and_taken_along_as_it_is_shown(
    studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor(studio, color_scheme="dark", accept_downloads=True)
    go(page, studio, "jobs/priorities/charts/?show=contributions&top=5")
    chart = page.locator("#chart-contributions[data-drawn]")
    expect(chart).to_be_visible()

    keys_walk_through_the_points(page)
    the_picture_is_a_png_of_the_chart(page, tmp_path / "picture.png")
    the_drawing_says_what_it_shows(page, tmp_path / "drawing.svg")
    the_table_holds_the_rows_that_are_shown(page, tmp_path / "table.csv")


def keys_walk_through_the_points(page: Page) -> None:
    told = page.locator("[data-told]")
    page.locator("#chart-contributions").focus()
    press(page, "ArrowDown", "ArrowDown")
    second = page.locator(".twin tbody tr").nth(1)
    expect(second).to_have_class("is-pointed")
    expect(told).to_contain_text("Rank 2")
    press(page, "Escape")
    expect(told).to_be_empty()


def taken(page: Page, what: str, path: Path) -> str:
    page.locator("figcaption summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=what).or_(page.get_by_role("link", name=what)).click()
    waiting.value.save_as(path)
    return waiting.value.suggested_filename


def the_picture_is_a_png_of_the_chart(page: Page, path: Path) -> None:
    name = taken(page, "Picture, PNG", path)
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert name.startswith("the-second-car-contributions-")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, height > 600) == (2000, True)


def the_drawing_says_what_it_shows(page: Page, path: Path) -> None:
    taken(page, "Drawing, SVG", path)
    text = path.read_text()
    assert text.startswith("<svg")
    assert TITLE in text
    # other walks add interviews of their own
    whose = r"\d+ interviews, and for a job up to \d+ respondents.*, the first 5 of \d+ jobs · The second car"
    assert re.search(whose, text)
    assert "rgb(255, 255, 255)" in text  # paper is white, though the screen is dark


def the_table_holds_the_rows_that_are_shown(page: Page, path: Path) -> None:
    taken(page, "Table, CSV", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    page.locator(".twin summary").click()
    shown = [
        [cell.inner_text() for cell in row.locator("th, td").all()]
        for row in page.locator(".twin tbody tr").all()
    ]
    assert head == page.locator(".twin thead th").all_inner_texts()
    assert [[cell or "not rated" for cell in row] for row in rows] == shown
    assert len(rows) == 5


def test_the_picture_of_a_plane_names_every_job_in_full(
    studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor(studio, accept_downloads=True)
    go(page, studio, "jobs/priorities/charts/?show=landscape&segment=Small+children&top=5")
    expect(page.locator("#chart-landscape[data-drawn]")).to_be_visible()

    name = taken(page, "Drawing, SVG", tmp_path / "drawing.svg")

    text = (tmp_path / "drawing.svg").read_text()
    assert name.startswith("the-second-car-landscape-small-children-")
    assert "Know in advance what getting around costs" in text
    assert re.search(r"respondents of “Small children”, the first 5 of \d+ jobs · The second car", text)


# What is written in a drawing: the lines of each text joined, and whether it is cut off or lies on another
WRITTEN = """(box) => {
  const edge = box.getBoundingClientRect();
  const texts = [...box.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const isOutside = (a) => a.left < edge.left - 1 || a.right > edge.right + 1 || a.bottom > edge.bottom + 1;
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const outside = texts.filter((_, place) => isOutside(boxes[place]));
  const covered = texts.filter((_, one) => boxes.some((box, two) => one !== two && meet(boxes[one], box)));
  const lines = (text) => [...text.querySelectorAll("tspan.line")].map((line) => line.textContent).join(" ");
  const names = (of) => of.map((text) => lines(text) || text.textContent);
  return { all: names(texts).join(" | "), outside: names(outside), covered: names(covered) };
}"""


@pytest.mark.parametrize("width", [1366, 1440])
def test_the_table_beside_a_plane_shows_its_last_column(width: int, studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, viewport={"width": width, "height": 900})
    go(page, studio, "jobs/priorities/charts/?show=landscape")
    page.locator(".twin tbody td").first.evaluate(
        "cell => { cell.innerHTML = '<span class=missing>not ranked</span>'; }"
    )

    hidden = page.locator(".twin .table-wrap").evaluate("wrap => wrap.scrollWidth - wrap.clientWidth")

    assert hidden == 0


@pytest.mark.parametrize("show", ["intervals", "contributions", "prevalence", "forces", "map"])
def test_on_a_phone_every_name_of_a_chart_stands_in_full(show: str, studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, viewport={"width": 360, "height": 900})
    go(page, studio, f"jobs/priorities/charts/?show={show}")
    chart = page.locator("[data-figure][data-drawn]")
    expect(chart).to_be_visible()
    page.locator(".twin summary").click()
    cells = page.locator(".twin tbody td:first-child" if show == "map" else ".twin tbody th")

    written = chart.evaluate(WRITTEN)

    named = {name for name in cells.all_inner_texts() if name != "in no group"}
    assert named
    assert [name for name in named if name not in written["all"]] == []
    assert (written["outside"], written["covered"]) == ([], [])


def test_the_picture_of_the_map_names_every_group_in_full(
    studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor(studio, accept_downloads=True)
    go(page, studio, "jobs/priorities/charts/?show=map")
    expect(page.locator("#chart-map[data-drawn]")).to_be_visible()

    taken(page, "Drawing, SVG", tmp_path / "drawing.svg")

    text = (tmp_path / "drawing.svg").read_text()
    page.locator(".twin summary").click()
    groups = set(page.locator(".twin tbody td:first-child").all_inner_texts()) - {"in no group"}
    assert groups
    assert [name for name in groups if not re.search(rf"\d  {re.escape(name)}<", text)] == []


def test_a_chart_whose_script_does_not_come_shows_its_table(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    page.route("**/dist/plotly*", lambda route: route.abort())

    go(page, studio, "jobs/priorities/charts/?show=intervals")

    expect(page.locator(".twin tbody tr").first).to_be_visible()
    expect(page.locator("[data-figure]")).to_have_count(0)


def test_on_paper_the_table_of_a_chart_is_open_and_a_table(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, viewport={"width": 680, "height": 960})  # A4 between its margins
    go(page, studio, "jobs/priorities/charts/?show=intervals")
    expect(page.locator(".twin tbody tr").first).to_be_hidden()

    page.emulate_media(media="print")

    expect(page.locator(".twin tbody tr").first).to_be_visible()
    expect(page.locator(".twin thead th").first).to_be_visible()
    expect(page.locator(".twin tbody tr").first).to_have_css("display", "table-row")
    expect(page.get_by_text("How it is computed").locator("xpath=../p")).to_be_visible()


def test_a_group_whose_name_has_no_room_on_the_map_is_found_by_a_number(
    studio: Studio, visitor: Visitor
) -> None:
    """As the server tells it of more groups than names have room."""
    page = visitor(studio)
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          const script = document.querySelector("script[type='application/json'][id*=map]");
          if (!script) return;
          const figure = JSON.parse(script.textContent);
          Object.assign(figure.layout.annotations[2], { name: "number", text: "3" });
          script.textContent = JSON.stringify(figure);
        });"""
    )
    go(page, studio, "jobs/priorities/charts/?show=map")
    chart = page.locator("#chart-map[data-drawn]")
    expect(chart).to_be_visible()
    names = page.locator(".twin tbody td:first-child").all_inner_texts()

    written = chart.evaluate(WRITTEN)["all"]

    assert re.search(r"(^| )3( |$)", written)
    assert [name for name in set(names) - {"in no group"} if name not in written] == []
