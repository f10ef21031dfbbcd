"""Lists on a phone: their rows stack there, and no row or part of one lies on another."""

from __future__ import annotations

from playwright.sync_api import Page

from scripts.main_pages import addresses
from tests.e2e.steps import Visitor
from tests.plugins.running import Studio

LISTS = ("jobs", "priorities", "clusters", "interviews", "participants", "actions", "canvases", "codes")
# Pairs of what lies on one another: words and fields that are seen, as far as nothing cuts them off, without
# the room above and below letters, which lines may share; and rows that follow one another
OVERLAPS = """() => {
  const main = document.querySelector("main");
  const around = (one) => (one === main ? [] : [one, ...around(one.parentElement)]);
  const style = (one) => getComputedStyle(one);
  const inside = (box, by) => ({
    left: Math.max(box.left, by.left), right: Math.min(box.right, by.right),
    top: Math.max(box.top, by.top), bottom: Math.min(box.bottom, by.bottom),
  });
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const isSeen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const boxes = [];
  const note = (one, words, rects) => {
    const outer = around(one);
    if (!isSeen(one) || outer.some((each) => ["fixed", "sticky"].includes(style(each).position))) return;
    const cutting = outer.filter((each) => style(each).overflow !== "visible");
    const clips = cutting.map((each) => each.getBoundingClientRect());
    for (const rect of rects) {
      const { left, right, top, bottom } = clips.reduce(inside, rect);
      const spare = (bottom - top) / 4;
      boxes.push({ one, words, left, right, top: top + spare, bottom: bottom - spare });
    }
  };
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    if (data.trim()) note(parentElement, data.trim(), range.getClientRects());
  }
  for (const field of main.querySelectorAll("input, select, textarea")) {
    note(field, field.name, [field.getBoundingClientRect()]);
  }
  const pairs = boxes.flatMap((a, at) =>
    boxes.slice(at + 1).filter((b) => a.one !== b.one && meet(a, b)).map((b) => [a.words, b.words]));
  const rows = [...main.querySelectorAll("tbody > tr, li")].filter(
    (row) => isSeen(row) && row.nextElementSibling && isSeen(row.nextElementSibling));
  const stacked = rows.map((row) => [row, row.nextElementSibling]).filter(
    (two) => meet(...two.map((row) => row.getBoundingClientRect())));
  return [...pairs, ...stacked.map((two) => two.map((row) => row.innerText))];
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PULL_UP = "(row) => { row.style.cssText = 'position: relative; top: -40px'; }"


def test_on_a_phone_no_row_and_no_part_of_one_lies_on_another(studio: Studio, visitor: Visitor) -> None:
    paths = addresses(studio.data_dir)
    found = {}
    for width in (360, 390):
        page = visitor(studio, viewport={"width": width, "height": 844})
        for name in LISTS:
            page.goto(studio.url + paths[name])
            found[f"{name} {width}"] = (page.evaluate(OVERLAPS), page.evaluate(SIDEWAYS))
    assert {name: wrong for name, wrong in found.items() if wrong != ([], 0)} == {}
    what_lies_on_something_is_found(page)


def what_lies_on_something_is_found(page: Page) -> None:
    page.locator("main tbody > tr").nth(1).evaluate(PULL_UP)
    assert page.evaluate(OVERLAPS) != []
