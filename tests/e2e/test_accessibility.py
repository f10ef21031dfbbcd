"""axe finds nothing to object to on any main page, light or dark, and no page is wider than a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from scripts.machine import ROOT
from scripts.main_pages import INSIDE_NO_STUDY, OUTSIDE, PAGES, addresses
from tests.plugins.running import Studio

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = ["light", "dark"]


def objections(page: Page, within: str = "html") -> list[str]:
    # as the developer tools do it: the page's own policy refuses scripts that do not come from it
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate(
        "([within, rules]) => axe.run(within, {runOnly: {type: 'tag', values: rules}}).then(result =>"
        " result.violations.map(v =>"
        " `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')}`))",
        [within, RULES],
    )
    return list(found)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", OUTSIDE)
def test_axe_accepts_the_pages_before_sign_in(
    name: str, scheme: str, studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = visitor(studio, "", color_scheme=scheme)
    page.goto(studio.url + OUTSIDE[name])

    assert objections(page) == []


@pytest.fixture(scope="module")
def paths(studio: Studio) -> dict[str, str]:
    return addresses(studio.data_dir)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_accepts_every_main_page(
    scheme: str, studio: Studio, visitor: Callable[..., Page], paths: dict[str, str]
) -> None:
    page = visitor(studio, color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for name in [*INSIDE_NO_STUDY, *PAGES]:
        page.goto(studio.url + paths[name], wait_until="load")
        page.wait_for_timeout(400)
        found[name] = objections(page)

    assert {name: why for name, why in found.items() if why} == {}


def test_no_page_is_wider_than_a_phone(
    studio: Studio, visitor: Callable[..., Page], paths: dict[str, str]
) -> None:
    page = visitor(studio, viewport={"width": 360, "height": 740})
    too_wide = {}
    for name, path in paths.items():
        answer = page.goto(studio.url + path)
        assert answer is not None
        assert (name, answer.status) == (name, 200)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[name] = width

    assert too_wide == {}
