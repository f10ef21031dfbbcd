"""What people say of cards and decide about them: comments, evidence that is withdrawn, and going back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import DENIZ, go, kept, notice, press, rows, until
from tests.e2e.test_canvas import all_saved, card, enter, write
from tests.plugins.running import Studio

OF_A_CARD = (
    "select card.text, interview.participant_id from strategy_card card "
    "join strategy_card_elements link on link.card_id = card.id "
    "join interviews_element element on element.id = link.element_id "
    "join interviews_interview interview on interview.id = element.interview_id "
    "where card.deleted_at is null and card.state = 'agreed' order by card.id limit 1"
)


@pytest.fixture
def both(studio: Studio, visitor: Callable[..., Page]) -> tuple[Page, Page]:
    """The owner and the strategist, each with the demo's canvas open."""
    return enter(visitor(studio), studio), enter(visitor(studio, DENIZ), studio)


def test_a_comment_asks_somebody_to_look_and_is_answered_live(
    studio: Studio, both: tuple[Page, Page]
) -> None:
    lena, deniz = both
    write(lena, "Talk about me")
    all_saved(lena)
    expect(card(deniz, "Talk about me")).to_have_count(1)
    card(lena, "Talk about me").focus()
    press(lena, "c")
    expect(lena.get_by_label("Your comment")).to_be_focused()
    lena.keyboard.type("Is that so, @Den")
    expect(lena.locator("#mention-list [role=option]")).to_have_count(1)
    press(lena, "Enter")
    expect(lena.get_by_label("Your comment")).to_have_value("Is that so, @Deniz Aydin ")
    press(lena, "Control+Enter")
    expect(lena.locator(".comment-text")).to_have_text("Is that so, @Deniz Aydin")

    expect(card(deniz, "Talk about me").locator('[data-act="comments"]')).to_contain_text("1")
    go(deniz, studio)
    deniz.get_by_role("link", name="“Talk about me”").click()
    deniz.get_by_label("Your comment").fill("It is.")
    press(deniz, "Control+Enter")
    expect(lena.locator(".comment-text")).to_have_text(["Is that so, @Deniz Aydin", "It is."])

    lena.get_by_role("button", name="Resolve the comment of Deniz").click()
    expect(lena.locator("#cv-thread")).to_contain_text("2 comments, 1 open")
    go(deniz, studio)
    expect(deniz.get_by_role("link", name="“Talk about me”")).to_have_count(0)


def test_what_is_typed_of_an_action_is_not_lost_with_escape_nor_held_back_by_a_folded_field(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lena = enter(visitor(studio), studio)
    write(lena, "Lend a trailer on trial")
    all_saved(lena)
    card(lena, "Lend a trailer on trial").focus()
    press(lena, "t")
    expect(lena.locator("#cv-panel").get_by_label("What shall somebody do?")).to_be_focused()
    believed, more = lena.get_by_label("Hypothesis: we believe"), lena.get_by_text("More of the hypothesis")
    expect(lena.get_by_label("KPI target")).to_be_hidden()
    believed.fill("a bike on loan")
    press(lena, "Escape")
    expect(believed).to_be_visible()
    more.click()
    lena.get_by_label("KPI by when").press_sequentially("12")  # half a date is none
    more.click()
    lena.get_by_role("button", name="Make the action").click()
    expect(lena.get_by_label("KPI by when")).to_be_focused()
    lena.get_by_label("KPI by when").fill("2027-03-01")
    lena.get_by_role("button", name="Make the action").click()
    expect(lena.get_by_text("In the tracker:")).to_be_visible()
    made = "SELECT hypothesis_change, kpi_by FROM strategy_action WHERE title = 'Lend a trailer on trial'"
    assert rows(studio, made) == [("a bike on loan", "2027-03-01")]
    press(lena, "Escape")
    expect(lena.locator("#cv-panel")).to_be_hidden()


def test_a_card_whose_evidence_is_withdrawn_says_so_and_is_decided_about(
    studio: Studio, both: tuple[Page, Page], visitor: Callable[..., Page]
) -> None:
    _lena, deniz = both
    [(text, participant)] = rows(studio, OF_A_CARD)
    researcher = go(visitor(studio), studio, f"participants/{participant}/")
    researcher.get_by_role("button", name="Consent was withdrawn").click()

    changed = card(deniz, text).get_by_role("button", name="evidence changed")
    expect(changed).to_be_visible()
    changed.click()
    panel = deniz.locator("#cv-panel")
    expect(panel).to_contain_text("What a customer said was withdrawn")
    panel.get_by_label("Keep it as it is").check()
    panel.get_by_label("Why?").fill("Others say the same.")
    panel.get_by_role("button", name="Decide").click()

    for page in both:
        expect(card(page, text).get_by_role("button", name="evidence changed")).to_have_count(0)
    expect(panel).to_contain_text("Others say the same.")
    researcher.get_by_role("button", name="Consent was given").click()
    given = "SELECT consent FROM interviews_participant WHERE id = ?"
    until(lambda: rows(studio, given, participant) == [("given",)])  # as the tests that come find it


def test_a_version_is_kept_compared_and_gone_back_to(studio: Studio, both: tuple[Page, Page]) -> None:
    lena, deniz = both
    write(lena, "Lend a bike for a week")
    all_saved(lena)
    expect(card(deniz, "Lend a bike for a week")).to_have_count(1)
    canvas = deniz.url.partition("#")[0].partition("?")[0]
    deniz.goto(f"{canvas}versions/")
    deniz.get_by_label("Name of the version").fill("Before the month")
    deniz.get_by_role("button", name="Keep the canvas").click()
    notice(deniz, "“Before the month” is kept.")

    card(lena, "Lend a bike for a week").focus()
    press(lena, "Enter", "End", "Control+Backspace")
    lena.keyboard.type("month")
    press(lena, "Escape")
    kept(studio, "Lend a bike for a month")
    deniz.get_by_role("link", name="Before the month").click()
    row = deniz.locator("tr", has_text="Lend a bike")
    expect(row.locator("del")).to_contain_text("week")
    expect(row.locator("ins")).to_contain_text("month")

    row.get_by_role("button", name="Take this card back").click()
    notice(deniz, "The card is as it was.")
    expect(card(lena, "Lend a bike for a week")).to_have_count(1)

    write(lena, "Written since")
    all_saved(lena)
    deniz.reload()
    deniz.get_by_role("button", name="Take the whole canvas back to it").click()
    expect(deniz).to_have_url(re.compile(r"/canvases/\d+/$"))
    notice(lena, "Deniz Aydin took the whole canvas back to an earlier version.")
    expect(card(lena, "Written since")).to_have_count(0)
    notice(deniz, "The canvas is as it was.")
    expect(deniz.get_by_text("took the whole canvas back")).to_have_count(0)
