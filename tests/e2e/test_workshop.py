"""A workshop from its start to the tracker: a facilitator, a colleague, and a guest with a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.main_pages import addresses
from tests.e2e.steps import CARLA, DENIZ, rows, until
from tests.plugins.running import Studio

FIELD = '[data-field][data-lane="marketing"][data-in-phase="{}"]'


def canvas_of(page: Page) -> Page:
    page.wait_for_selector("[data-canvas][data-ready]")
    return page


def open_canvas(page: Page, studio: Studio) -> Page:
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    return canvas_of(page)


def card(page: Page, words: str) -> Locator:
    return page.locator(".cv-card", has=page.locator(".cv-text", has_text=words))


def write(page: Page, words: str, phase: int = 1) -> None:
    page.locator(FIELD.format(phase)).locator(".cv-new").click()
    page.keyboard.type(words)
    page.keyboard.press("Escape")
    expect(card(page, words).last).to_be_visible()


def bar(page: Page) -> Locator:
    return page.locator("#workshop")


def look(page: Page, name: str) -> None:
    """A picture for whoever looks at the walk; nothing otherwise."""
    if folder := os.environ.get("WORKSHOP_SHOTS"):
        Path(folder).mkdir(exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_workshop_from_start_to_tracker(studio: Studio, visitor: Callable[..., Page]) -> None:
    lead = open_canvas(visitor(studio), studio)
    other = open_canvas(visitor(studio, DENIZ), studio)

    # start, and a link for guests
    lead.get_by_role("button", name="Workshop", exact=True).click()
    look(lead, "01-start")
    lead.get_by_role("button", name="Start a workshop").click()
    expect(lead.get_by_text("You lead this workshop")).to_be_visible()
    look(lead, "02-controls")
    lead.get_by_label("Passcode, if you like").fill("blue bike")
    lead.get_by_role("button", name="Make a link").click()
    address = lead.get_by_label("The link", exact=True).input_value()
    look(lead, "03-link")

    # a guest comes in with a phone
    phone = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
    guest = visitor(studio, "", **phone)
    guest.goto(address)
    expect(guest).to_have_url(re.compile(r"/room/join/$"))
    look(guest, "04-door")
    guest.get_by_label("Your name").fill("Ada")
    guest.get_by_label("Passcode").fill("wrong bike")
    guest.get_by_role("button", name="Come in").click()
    expect(guest.get_by_role("alert")).to_contain_text("not the passcode")
    guest.get_by_label("Passcode").fill("blue bike")
    guest.get_by_role("button", name="Come in").click()
    canvas_of(guest)
    look(guest, "05-guest")

    # silent writing: hidden from the others, counted for the facilitator
    lead.locator("button[name=stage][value=write1]").click()
    for page in (other, guest):
        expect(bar(page)).to_contain_text("Silent writing: only you see your new cards.")
    expect(lead.locator("[data-timer]")).to_have_text(re.compile(r"^5:\d\d$"))
    write(other, "Secret of Deniz")
    write(guest, "Secret of Ada")
    expect(lead.locator(".ws-progress")).to_contain_text("2 cards by 2 people", timeout=15_000)
    for page, theirs in ((lead, "Secret"), (other, "of Ada"), (guest, "of Deniz")):
        expect(card(page, theirs)).to_have_count(0)
    look(lead, "06-silent-lead")
    look(guest, "07-silent-guest")
    look(other, "08-silent-other")

    # reveal: everybody sees everything, also in the middle of writing
    other.locator(FIELD.format(1)).locator(".cv-new").click()
    other.keyboard.type("Half a thou")
    bar(lead).get_by_role("button", name="Reveal all").click()
    other.keyboard.type("ght")
    other.keyboard.press("Escape")
    for page in (lead, other, guest):
        for words in ("Secret of Deniz", "Secret of Ada", "Half a thought"):
            expect(card(page, words)).to_have_count(1)
    expect(other.locator("[data-refused]")).to_be_hidden()

    # a vote: one's own dots alone, then the count
    lead.get_by_role("button", name="Open the vote").click()
    for page in (lead, other, guest):
        expect(bar(page)).to_contain_text("of 3 dots left")
    favourite = card(other, "Secret of Ada")
    favourite.focus()
    other.keyboard.press("+")
    expect(bar(other)).to_contain_text("2 of 3 dots left")
    other.keyboard.press("+")
    expect(bar(other)).to_contain_text("1 of 3 dots left")
    other.keyboard.press("-")
    expect(bar(other)).to_contain_text("2 of 3 dots left")
    card(guest, "Secret of Ada").get_by_role("button", name="Place a dot").tap()
    expect(bar(guest)).to_contain_text("2 of 3 dots left")
    expect(card(lead, "Secret of Ada").locator(".cv-dots b")).to_have_text("0")
    look(other, "09-vote-other")
    look(guest, "10-vote-guest")
    bar(lead).get_by_role("button", name="Close and count").click()
    for page in (lead, other, guest):
        expect(card(page, "Secret of Ada")).to_contain_text("2 dots")
    assert rows(studio, "SELECT count(*) FROM strategy_dot") == [(0,)]

    # timer, lock and focus
    bar(lead).get_by_role("button", name="Pause").click()
    expect(bar(guest)).to_contain_text("paused")
    lead.get_by_role("checkbox", name="Partners").check()
    expect(other.locator('[data-lane="partners"][data-locked]').first).to_be_attached()
    lead.get_by_role("button", name="3 Trade-offs").click()
    expect(guest.locator("[data-canvas]")).to_have_attribute("data-focus", "3")
    look(lead, "11-focus-lead")
    look(guest, "12-focus-guest")
    screen = lead.context.new_page()
    screen.goto(lead.evaluate("location.origin") + f"/room/{number_of(lead)}/screen/")
    look(screen, "13-screen-focus")
    lead.get_by_role("button", name="Everything").click()
    expect(screen.locator('.scr-phase[data-phase="1"]')).to_contain_text("Secret of Ada", timeout=20_000)
    look(screen, "14-screen")
    screen.close()

    # an action card becomes an action on the canvas, another one at the end
    for words in ("Secret of Ada", "Secret of Deniz"):
        card(lead, words).focus()
        lead.keyboard.press("5")
        until(lambda words=words: kind_of(studio, words) == "action")
    lead.get_by_role("button", name="Actions and end…").click()
    first = lead.locator(".ws-one", has_text="Secret of").first
    expect(first.get_by_label("Owner")).to_be_visible()
    first.get_by_label("Owner").select_option(index=1)
    first.get_by_label("Due").fill("2027-03-01")
    look(lead, "15-actions")
    first.get_by_role("button", name="Make the action").click()
    expect(lead.get_by_text("In the tracker:")).to_be_visible()
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_text("The workshop is over")).to_be_visible()
    expect(lead.locator("#cv-panel-body")).to_contain_text("1 action card went into the tracker")
    look(lead, "16-end")
    assert [title for (title,) in rows(
        studio, "SELECT title FROM strategy_action WHERE title LIKE 'Secret of %' ORDER BY title"
    )] == ["Secret of Ada", "Secret of Deniz"]  # fmt: skip

    # the guest is out
    expect(guest.locator("[data-refused]")).to_be_visible(timeout=20_000)
    look(guest, "17-guest-out")
    again = guest.reload()
    assert again is not None
    assert again.status == 404


def number_of(page: Page) -> int:
    return int(re.findall(r"/canvases/(\d+)/", page.url)[0])


def kind_of(studio: Studio, words: str) -> str:
    found = rows(studio, "SELECT kind FROM strategy_card WHERE text = ?", words)
    return str(found[0][0]) if found else ""


@pytest.mark.parametrize("who", [CARLA])
def test_who_only_looks_is_offered_nothing_to_lead(
    studio: Studio, visitor: Callable[..., Page], who: str
) -> None:
    page = open_canvas(visitor(studio, who), studio)

    page.get_by_role("button", name="Workshop", exact=True).click()

    expect(page.get_by_text("Whoever may edit this canvas can start one.")).to_be_visible()
