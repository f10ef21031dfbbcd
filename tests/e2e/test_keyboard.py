"""The frame of every page without a mouse: skip link, primary action, palette, keys, one layer at a time."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.main_pages import SLUG, addresses
from tests.e2e.steps import Visitor, go, notice, press, ready_to_capture, tab_to
from tests.plugins.running import Studio

# Pages that have one thing to come for, and what it is called
PRIMARY = {
    "studies": "New study",
    "new-study": "Create the study",
    "home": "Ask for consent",
    "interviews": "New interview",
    "import": "Read the files",
    "transcript": "Write a job",
    "jobs": "Write jobs",
    "job": "Edit",
    "write": "Save the job",
    "clusters": "Group again",
    "action": "Save",
    "exports": "Save the archive",
    "members": "Make an invitation link",
    "settings": "Save settings",
}


def start_at_the_top(page: Page) -> None:
    """Where a page puts the focus into a field, Tab would go on from there."""
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    page.evaluate("() => document.body.removeAttribute('tabindex')")


def test_tab_reaches_the_skip_link_first_and_then_the_primary_action(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio)
    paths = addresses(studio.data_dir)
    for name, label in PRIMARY.items():
        page.goto(studio.url + paths[name])
        start_at_the_top(page)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
        goal = (
            page.get_by_role("main").locator(".btn-primary", has_text=re.compile(f"^\\s*{label}\\s*$")).first
        )
        assert tab_to(page, goal) > 0, name


def test_the_palette_opens_over_any_page_and_goes_to_jobs(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio, "actions/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("jobs")
    expect(palette.get_by_role("option", selected=True)).to_have_text(re.compile("^Jobs"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    assert page.url == f"{studio.url}/s/{SLUG}/jobs/"


def test_a_sequence_of_letters_goes_to_a_page_and_j_walks_its_rows(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio)
    press(page, "g", "i")
    expect(page.get_by_role("heading", name="Interviews", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("/interviews/$"))
    press(page, "j", "j")
    second = page.locator("[data-row-link]").nth(1)
    name = second.inner_text()
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Live capture: {name}")).to_be_attached()


# Where the focus stands, and a sequence whose second letter means something there
SEQUENCES = {
    "canvas": ("[data-ready] .cv-card", "a", "actions"),
    "transcript": (".turn", "j", "jobs"),
    "write": ("[data-side]", "c", "clusters"),
    "clusters": ("[data-card] a", "p", "participants"),
    "capture": ("[data-ready=yes] [data-timer]", "m", "members"),
}


def test_the_letter_behind_a_g_is_no_key_of_a_card_or_a_turn(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    paths = addresses(studio.data_dir)
    for name, (place, letter, there) in SEQUENCES.items():
        page.goto(studio.url + paths[name])
        page.locator(place).first.focus()
        press(page, "g", letter)
        expect(page).to_have_url(re.compile(f"/{there}/$"))

    page.goto(studio.url + paths["canvas"])
    card = page.locator(".cv-card").first
    card.focus()
    press(page, "g", "l", "?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Agree, or back to an idea")
    press(page, "Escape")
    expect(card).to_be_focused()
    assert posted == []


def test_escape_closes_a_menu_and_gives_the_focus_back(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio)
    switcher = page.locator("details.switcher")
    switcher.locator("summary").focus()
    press(page, "Enter", "ArrowDown")
    expect(switcher.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(switcher).not_to_have_attribute("open", "")
    expect(switcher.locator("summary")).to_be_focused()


def test_escape_closes_the_sheet_of_keys_and_keeps_the_item_below(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    page.goto(studio.url + addresses(studio.data_dir)["capture"])
    ready_to_capture(page)
    page.keyboard.press("ArrowUp")
    item = page.get_by_role("region", name="Selected item")
    expect(item).to_be_visible()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Capture the line")
    expect(sheet).to_contain_text("Go to jobs")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(page.get_by_label("What you hear")).to_be_focused()


def unseen(page: Page, stops: int) -> list[str]:
    """The buttons and fields among the next `stops` of Tab whose focus nobody can see."""
    found = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const focused = document.activeElement; const style = getComputedStyle(focused);"
            " if (!focused.matches('a, button, summary, input, select, textarea')) return '';"
            " if (focused.type === 'date') return '';  /* its own parts take turns inside */"
            " return style.outlineStyle === 'none' ? focused.outerHTML.slice(0, 120) : ''; }"
        )
        found += [name] if name else []
    return found


def test_whoever_walks_with_tab_sees_where_they_are(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    paths = addresses(studio.data_dir)
    found = {}
    for name in ("new-study", "members", "clusters", "transcript", "what-if"):
        page.goto(studio.url + paths[name])
        found[name] = unseen(page, 40)

    assert {name: what for name, what in found.items() if what} == {}


def test_a_filter_is_walked_with_arrows_applied_by_enter_or_tab_and_keeps_the_focus(
    studio: Studio, visitor: Visitor
) -> None:
    page = go(visitor(studio), studio, "actions/")
    owner = page.get_by_label("Owner")
    tab_to(page, owner)
    press(page, "ArrowDown", "ArrowDown")
    assert page.url.endswith("/actions/")
    second = owner.input_value()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"owner={second}&"))
    expect(owner).to_be_focused()

    press(page, "ArrowUp", "Tab")
    expect(page).to_have_url(re.compile("owner=me&"))
    expect(page.get_by_label("Status")).to_be_focused()


def test_no_bar_covers_what_has_the_focus(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio, reduced_motion="reduce")
    page.goto(studio.url + addresses(studio.data_dir)["action"])
    covered = []
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        start_at_the_top(page)
        for _ in range(60):
            page.keyboard.press("Tab")
            covered.append(
                page.evaluate(
                    "() => { const field = document.activeElement; const box = field.getBoundingClientRect();"
                    " const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
                    " return top?.closest('.act-save, .topbar, .side') && !top.contains(field)"
                    " && !field.closest('.act-save, .topbar, .side')"
                    " ? `${innerWidth}: ${field.id || field.textContent}` : ''; }"
                )
            )

    assert [what for what in covered if what] == []


def test_tab_leaves_no_menu_and_no_sheet_open_behind(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio, viewport={"width": 360, "height": 740}), studio)
    side = page.locator(".side")
    tab_to(page, side.get_by_role("button", name="More"))
    page.keyboard.press("Enter")
    expect(side.get_by_role("link", name="Home")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(side).not_to_have_attribute("data-open", "")
    account = page.locator("details.menu").filter(has=page.locator(":focus"))
    expect(account).to_have_count(1)

    page.keyboard.press("Enter")
    expect(account).to_have_attribute("open", "")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_choice_in_the_menu_of_a_card_gives_the_focus_to_the_card(studio: Studio, visitor: Visitor) -> None:
    page = visitor(studio)
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    name = page.locator(".cv-card").first.get_attribute("id")
    card = page.locator(f"#{name}")
    card.locator(".cv-menu summary").press("Enter")
    card.locator(".cv-menu [data-kind][aria-pressed=true]").press("Enter")
    expect(card.locator(".cv-menu")).not_to_have_attribute("open", "")
    expect(card).to_be_focused()


def test_signing_in_begins_in_the_first_field_and_then_in_the_one_that_is_wrong(
    studio: Studio, visitor: Visitor
) -> None:
    page = visitor(studio, "")
    page.goto(f"{studio.url}/account/login/")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type("nobody@demo.example")
    press(page, "Tab")
    page.keyboard.type("not the one")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_notice_is_said_and_its_undo_is_two_tabs_or_one_key_away(studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(studio), studio, "participants/")
    who = page.locator("[data-row-link]").last.inner_text()
    for keys in (("Tab", "Tab", "Enter"), ("z",)):
        page.get_by_role("link", name=who, exact=True).click()
        page.get_by_label("More", exact=True).click()
        page.get_by_role("button", name="Delete", exact=True).click()
        notice(page, f"{who} and their interviews are in the trash.")
        said = page.get_by_role("status").locator(
            "p", has_text=f"{who} and their interviews are in the trash."
        )
        expect(said).to_be_attached()
        press(page, *keys)
        expect(page.get_by_role("heading", name="Participants", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name=who, exact=True)).to_be_visible()
