"""The look keeps its promises: readable hues on every ground, one budget, nothing inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()
LIGHT_TEXT, DARK_TEXT = TOKENS.split('[data-bs-theme="dark"]')
SHARED_CSS = ("tokens", "bootstrap-map", "frame", "components", "print")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT = colours(LIGHT_TEXT)
DARK = LIGHT | colours(DARK_TEXT)
GROUNDS = ("surface", "sunken", "raised", "hover", "phase-1", "phase-2", "phase-3", "phase-4")
INKS = ("ink", "muted", "accent", "danger", *(name for name in LIGHT if name.startswith("el-")))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_ink_is_readable_on_every_ground(theme: dict[str, str]) -> None:
    pairs = {(ink, ground): contrast(theme[ink], theme[ground]) for ink in INKS for ground in GROUNDS}
    assert {pair: round(ratio, 2) for pair, ratio in pairs.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_of_fields_can_be_seen(theme: dict[str, str]) -> None:
    assert (
        min(contrast(theme["line-strong"], theme[ground]) for ground in ("surface", "sunken", "raised")) >= 3
    )


def test_each_of_the_twelve_elements_has_a_hue_in_both_themes() -> None:
    names = set(re.findall(r"--(el-\w+):", LIGHT_TEXT))
    assert len(names) == 12
    # the job wears the accent, which the dark theme sets by itself
    assert names - set(re.findall(r"--(el-\w+):", DARK_TEXT)) == {"el-job"}


def test_the_shared_style_sheets_stay_within_their_budget() -> None:
    assert sum((ROOT / f"static/css/{name}.css").stat().st_size for name in SHARED_CSS) <= 40_000


def test_no_rule_is_written_in_a_way_that_safari_drops() -> None:
    """Safari knows text-decoration with one word only, and user-select by its prefix."""
    styled = r"text-decoration: [^;}]* "
    bare = r"(?<!-webkit-user-select: none; )(?<!-webkit-)user-select: none"
    sheets = sorted((ROOT / "static/css").glob("*.css"))
    dropped = {sheet.name: re.findall(f"{styled}|{bare}", sheet.read_text()) for sheet in sheets}
    assert {name: rules for name, rules in dropped.items() if rules} == {}


def test_no_page_shows_a_drawing_as_a_picture() -> None:
    """Safari tells it nothing of the dark scheme; a symbol of icons.svg takes the page's colours."""
    picture = re.compile(r"<img[^>]*\.svg")
    assert {str(path.relative_to(ROOT)) for path in TEMPLATES if picture.search(path.read_text())} == set()


def test_no_template_carries_inline_scripts_or_handlers() -> None:
    script = r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>"
    handler = r"""\s(?:on[a-z]+|hx-on[:\w-]*)\s*=\s*["']"""
    inline = re.compile(f"{script}|{handler}")
    assert {str(path.relative_to(ROOT)) for path in TEMPLATES if inline.search(path.read_text())} == set()


def test_every_icon_named_in_a_template_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = re.compile(r"""_icon\.html" with name="([\w-]+)"|icons\.svg' %}#([\w-]+)""")
    used = {name for path in TEMPLATES for pair in named.findall(path.read_text()) for name in pair if name}
    assert used - drawn - {"phase-"} == set()
