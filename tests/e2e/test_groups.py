"""The board by keyboard: pin a pair, group again, read what changed, take a proposed job in, undo."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.steps import JONAS, Visitor, go, press, rows, until
from tests.plugins.running import Studio

ONE = "Keep the old dog's world larger than the flat"
OTHER = "Get exercise into a day that has no free hour"


def pin_by_keyboard(page: Page) -> None:
    card = page.locator("[data-card]").filter(has_text=ONE)
    card.get_by_role("link", name=ONE).first.focus()
    press(page, "p")
    dialog = page.get_by_role("dialog", name="Pin two jobs")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("exercise")
    expect(dialog.locator("label.pin-partner")).to_have_count(1)
    press(page, "Tab", "Space")
    expect(dialog.get_by_role("radio", name=OTHER)).to_be_checked()
    dialog.get_by_label("Why?").fill("Both are about moving more")
    press(page, "Enter")


def test_pin_group_again_read_the_change_take_in_and_undo(own_studio: Studio, visitor: Visitor) -> None:
    page = go(visitor(own_studio, JONAS), own_studio, "clusters/")
    grouped = "SELECT 1 FROM studies_run WHERE kind = 'jobs.cluster' AND id > 1 AND state = 'done'"
    until(lambda: bool(rows(own_studio, grouped)), 120)
    at_work = "SELECT 1 FROM studies_run WHERE state IN ('queued', 'running')"
    until(lambda: not rows(own_studio, at_work), 120)  # else it would draw the board anew under our hands
    page.reload()

    pin_by_keyboard(page)
    expect(page.get_by_text("1 decision about pairs since the last grouping")).to_be_visible()
    ended = "SELECT count(*) FROM studies_run WHERE kind = 'jobs.cluster' AND state = 'done'"
    ((runs,),) = rows(own_studio, ended)
    page.get_by_role("button", name="Group again").click()
    until(lambda: rows(own_studio, ended) == [(runs + 1,)], 120)
    expect(page.get_by_text("You can leave this page")).to_have_count(0)
    expect(
        page.locator("[data-clusters-board]").get_by_text("What changed since the last run")
    ).to_be_visible()
    expect(page.get_by_text("since the last grouping")).to_have_count(0)
    ((pairs, groups),) = rows(
        own_studio,
        "SELECT count(*), count(DISTINCT m.cluster_id) FROM jobs_clustermember m "
        "JOIN jobs_job j ON j.id = m.job_id WHERE j.statement IN (?, ?)",
        ONE,
        OTHER,
    )
    assert (pairs, groups) == (2, 1)

    waiting = "SELECT job_id, cluster_id FROM jobs_clustermember WHERE proposed ORDER BY job_id"
    before = rows(own_studio, waiting)
    joining = page.get_by_role("button", name="Take in").first
    joining.focus()
    press(page, "Enter")
    expect(page.get_by_text("Taken in. Control Z takes it back.")).to_be_attached()
    expect(page.locator("[data-clusters-board] :focus")).to_have_count(1)
    assert len(rows(own_studio, waiting)) < len(before)  # a job that is tied to it comes along
    page.get_by_role("link", name="Doubtful first").focus()
    press(page, "Control+z")
    until(lambda: rows(own_studio, waiting) == before)
    expect(page.locator("[data-card] :focus")).to_have_count(1)  # at the job that was taken back

    go(page, own_studio, "clusters/decisions/")
    expect(page.get_by_role("row").filter(has_text="Both are about moving more")).to_be_visible()
    page.get_by_role("row").filter(has_text="moving more").get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Undo").click()
    until(lambda: rows(own_studio, "SELECT count(*) FROM jobs_pin WHERE reason LIKE 'Both are%'") == [(1,)])


def test_escape_leaves_a_dialog_from_the_words_one_looks_for(studio: Studio, visitor: Visitor) -> None:
    """In Safari a search field would keep the key to itself, and by keys nobody came out."""
    page = go(visitor(studio, JONAS), studio, "clusters/")
    job = page.locator("[data-card]").get_by_role("link").first
    for key, name in (("p", "Pin two jobs"), ("m", "Move")):
        job.focus()
        press(page, key)
        words = page.get_by_role("dialog", name=name).get_by_role("searchbox")
        expect(words).to_be_focused()
        words.fill("dog")
        press(page, "Escape")
        expect(words).to_be_hidden()
        expect(job).to_be_focused()
