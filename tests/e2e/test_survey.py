"""A survey from the first word to the first result: made by the team, answered by a stranger on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.steps import go, press, rows, tab_to
from tests.plugins.running import Studio

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "de-DE", "has_touch": True}
GERMAN = ("die Kinder pünktlich zu bringen", "sicher anzukommen")


def open_a_survey(page: Page, studio: Studio) -> str:
    """Two jobs in two languages; returns the link to send."""
    go(page, studio, "surveys/new/")
    page.get_by_label("Name").fill("Winter")
    for box in page.get_by_role("checkbox").all()[2:]:
        box.uncheck()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_label("German", exact=True)).to_have_count(len(GERMAN))
    for field, words in zip(page.get_by_label("German", exact=True).all(), GERMAN, strict=True):
        field.fill(words)
    page.get_by_label("Title").nth(1).fill("Ihre Wege im Winter")
    page.get_by_role("button", name="Save and stay").click()
    page.get_by_role("button", name="Open the survey").click()
    return page.get_by_label("The link to send").input_value()


def test_a_stranger_answers_in_german_on_a_phone_and_the_team_sees_it(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    team = visitor(studio)
    link = open_a_survey(team, studio)
    phone = visitor(studio, "", **PHONE)
    phone.goto(link)

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ihre Wege im Winter")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    important = phone.get_by_role("group", name=f"Wie wichtig ist es Ihnen, {GERMAN[0]}?")
    important.get_by_label("5, äußerst wichtig").check()
    phone.reload()  # the phone was put away meanwhile
    expect(phone.get_by_role("status")).to_contain_text("noch nicht abgesendet")
    expect(important.get_by_label("5, äußerst wichtig")).to_be_checked()
    # by keys alone, as with a switch or a screen reader
    tab_to(phone, phone.get_by_role("group", name="Wie zufrieden").first.get_by_label("1, überhaupt"))
    press(phone, "ArrowRight")
    phone.get_by_role("button", name="Antworten absenden").dblclick()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    phone.go_back()
    expect(phone.get_by_text("Sie haben schon geantwortet")).to_be_visible()
    expect(important.get_by_label("5, äußerst wichtig")).to_be_checked()
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_text("You have answered already")).to_be_visible()

    expect(team.locator("#survey-count")).to_contain_text("1")
    team.reload()
    expect(team.get_by_role("row", name=re.compile("1 of 1"))).to_contain_text("10.0")
    query = (
        "SELECT answers FROM jobs_surveyresponse r JOIN jobs_survey s ON s.id = r.survey_id WHERE s.name = ?"
    )
    assert rows(studio, query, "Winter") == [('{"q1": {"imp": 5, "sat": 2}}',)]


def test_without_a_connection_nothing_is_lost_and_after_closing_nothing_is_taken(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    team, phone = visitor(studio), visitor(studio, "", **PHONE)
    link = open_a_survey(team, studio)
    phone.goto(link)
    phone.get_by_label("4", exact=True).first.check()

    phone.context.set_offline(True)
    phone.get_by_role("button", name="Antworten absenden").click()
    expect(phone.get_by_text("Nicht gesendet")).to_be_visible()
    phone.context.set_offline(False)
    team.get_by_role("button", name="Close the survey").click()
    phone.get_by_role("button", name="Antworten absenden").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Diese Umfrage ist beendet")
    expect(phone.get_by_text("diese Antworten wurden nicht angenommen")).to_be_visible()


def test_behind_the_first_part_it_says_what_has_arrived_and_other_words_keep_the_place(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    [(token,)] = rows(studio, "SELECT token FROM jobs_survey WHERE name LIKE 'Trial month%'")
    phone = visitor(studio, "", **PHONE)
    phone.goto(f"{studio.url}/survey/{token}/")
    third = phone.get_by_role("group", name="Wie wichtig ist es Ihnen, etwas Teures")

    phone.get_by_role("button", name="Weiter").click()
    third.get_by_label("5, äußerst wichtig").check()
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_text("Part 2 of 2")).to_be_visible()
    phone.get_by_role("link", name="Deutsch").click()
    phone.get_by_role("button", name="Antworten absenden").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    phone.go_back()
    expect(phone.get_by_text("Sie haben schon geantwortet")).to_be_visible()
    expect(phone.get_by_role("button", name="Änderungen absenden")).to_be_visible()
    expect(third.get_by_label("5, äußerst wichtig")).to_be_checked()
