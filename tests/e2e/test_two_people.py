"""Two people in one study: one signs up and invites, the other joins by link; and what a late edit keeps."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from scripts.main_pages import addresses
from tests.e2e.steps import (
    DENIZ,
    Visitor,
    capture,
    captured,
    go,
    notice,
    plan_interview,
    ready_to_capture,
)
from tests.plugins.running import Studio

SECRET = "eleven herons on the weir"
STUDY = "The quiet dishwasher"
SLUG = "the-quiet-dishwasher"


def sign_up(page: Page, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(email)
    for field in page.get_by_label("Password").all():
        field.fill(SECRET)
    page.get_by_role("button", name="Create the account").click()


def test_a_study_is_created_and_a_colleague_joins_it_once_by_link(
    own_studio: Studio, visitor: Visitor
) -> None:
    ada, ben, eve = (visitor(own_studio, "") for _ in range(3))
    ada.goto(f"{own_studio.url}/")
    ada.get_by_role("link", name="Create an account").click()
    sign_up(ada, "Ada Kern", "ada@kern.example")
    expect(
        ada.get_by_role("heading", name="A study is one question about one hire or switch")
    ).to_be_visible()
    ada.get_by_role("link", name="Create your first study").click()
    ada.get_by_label("Name of the study").fill(STUDY)
    ada.get_by_label("Business question").fill("Why do people replace one that still works?")
    ada.get_by_label("Hire or switch").fill("From a loud dishwasher to a quiet one")
    ada.get_by_role("button", name="Create the study").click()
    expect(ada.get_by_role("heading", name=STUDY)).to_be_visible()
    expect(ada.get_by_text("0 of 10 done; next: plan")).to_be_visible()

    go(ada, own_studio, "members/", SLUG)
    ada.get_by_label("Role", exact=False).last.select_option("researcher")
    ada.get_by_role("button", name="Make an invitation link").click()
    link = ada.get_by_role("textbox", name="Invitation link").input_value()
    assert link.startswith(f"{own_studio.url}/join/")

    ben.goto(link)
    expect(ben.get_by_role("heading", name=f"Join {STUDY}")).to_be_visible()
    ben.get_by_role("link", name="Sign up").click()
    sign_up(ben, "Ben Ott", "ben@ott.example")
    ben.get_by_role("button", name="Accept and open the study").click()
    expect(ben.get_by_role("heading", name=STUDY)).to_be_visible()
    go(ben, own_studio, "members/", SLUG)
    expect(ben.get_by_role("row").filter(has_text="Ben Ott")).to_contain_text("Researcher")
    expect(ben.get_by_role("button", name="Make an invitation link")).to_have_count(0)

    eve.goto(link)
    expect(eve.get_by_role("heading", name="This invitation cannot be used")).to_be_visible()
    assert (refused := eve.goto(f"{own_studio.url}/s/{SLUG}/")) is not None
    assert "/account/login/" in refused.url
    stranger = visitor(own_studio)
    assert (missing := stranger.goto(f"{own_studio.url}/s/{SLUG}/")) is not None
    assert missing.status == 404

    both_note_in_the_first_interview(ada, ben, own_studio)


def both_note_in_the_first_interview(ada: Page, ben: Page, studio: Studio) -> None:
    go(ada, studio, "participants/", SLUG)
    ada.get_by_role("textbox", name="Pseudonym").fill("Kim")
    ada.keyboard.press("Enter")
    notice(ada, "Kim added.")
    interview = plan_interview(ada, studio, "Kim", SLUG)
    go(ben, studio, f"interviews/{interview}/capture/", SLUG)
    ready_to_capture(ben)
    capture(ada, "The old one woke the baby", "Alt+p")
    capture(ben, "Asked the neighbour about hers", "Alt+s")
    for page in (ada, ben):
        expect(page.locator("[data-list] .item")).to_have_count(2)
    assert sorted(captured(ada)) == sorted(captured(ben))
    go(ada, studio, "activity/", SLUG)
    for who, words in (
        ("Ada Kern", "The old one woke the baby"),
        ("Ben Ott", "Asked the neighbour about hers"),
    ):
        expect(ada.get_by_role("listitem").filter(has_text=words).first).to_contain_text(who)


def test_a_late_edit_of_an_action_shows_their_words_and_keeps_mine(studio: Studio, visitor: Visitor) -> None:
    lena, deniz = visitor(studio), visitor(studio, DENIZ)
    for page in (lena, deniz):
        page.goto(studio.url + addresses(studio.data_dir)["action"])
    lena.get_by_label("Partner").fill("The driving school")
    lena.get_by_role("button", name="Save", exact=True).click()
    notice(lena, "Saved.")
    deniz.get_by_label("Partner").fill("The parents’ council")
    deniz.get_by_role("button", name="Save", exact=True).click()

    expect(deniz.get_by_role("alert")).to_contain_text("Lena Hartwig saved a newer version")
    expect(deniz.get_by_role("row").filter(has_text="Partner")).to_contain_text("The driving school")
    expect(deniz.get_by_label("Partner")).to_have_value("The parents’ council")
    deniz.get_by_role("button", name="Save", exact=True).click()
    notice(deniz, "Saved.")
    lena.reload()
    expect(lena.get_by_label("Partner")).to_have_value("The parents’ council")
