"""The survey as strangers meet it: no account, one row a person, nothing of the study shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jobs.models import Survey
from jobs.views import survey_page
from studies.access import StudyAccess
from tests.jobs.surveys_made import make_general, make_survey, respond

ANSWERS = {"q1.imp": "5", "q1.sat": "2", "q2.imp": "3"}


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def survey(owner: StudyAccess) -> Survey:
    jobs = [make_general(owner.study), make_general(owner.study, "Arrive dry")]
    return make_survey(
        owner.study, *jobs, with_kano=True, segments={"en": "City\nVillage", "de": "Stadt\nDorf"}
    )


def url_of(survey: Survey, language: str = "en") -> str:
    return f"/survey/{survey.token}/?lang={language}"


def key_in(response: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', response.text)
    assert found
    return found[1]


def send(client: Client, survey: Survey, answers: dict[str, str] = ANSWERS, **more: str) -> Any:
    """Opens the page and sends the form, as a browser does."""
    key = key_in(client.get(url_of(survey)))
    return client.post(url_of(survey), {"key": key, **answers, **more, "end": "1"})


def kept(survey: Survey) -> list[dict[str, Any]]:
    return [row.answers for row in survey.responses.order_by("pk")]


def test_a_stranger_answers_part_of_it_and_is_thanked(survey: Survey) -> None:
    response = send(Client(), survey, segment="Village", **{"q2.with": "like", "q2.without": "dislike"})

    row = survey.responses.get()
    assert (response.status_code, response["Location"]) == (303, f"/survey/{survey.token}/thanks/en/")
    assert row.answers == {
        "q1": {"imp": 5, "sat": 2},
        "q2": {"imp": 3, "with": "like", "without": "dislike"},
    }
    assert (row.segment, row.language, row.study_id) == ("Village", "en", survey.study_id)
    assert len(row.respondent) == 16


def test_the_page_costs_one_query_and_keeping_an_answer_one_insert(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    Client().get(url_of(survey))  # now it is kept ready

    with django_assert_num_queries(1):
        page = Client().get(url_of(survey))
    stranger = Client()
    key = key_in(page)
    with django_assert_num_queries(2):  # the survey and the insert, and no transaction around it
        assert stranger.post(url_of(survey), {"key": key, **ANSWERS, "end": "1"}).status_code == 303
    with django_assert_num_queries(0):
        assert stranger.get(f"/survey/{survey.token}/thanks/en/").status_code == 200
    assert "studio_session" not in stranger.cookies


def test_a_double_click_a_second_window_and_a_retry_are_one_row(survey: Survey) -> None:
    client = Client()
    first, second = client.get(url_of(survey)), client.get(url_of(survey))
    assert client.cookies["respondent"]["path"] == f"/survey/{survey.token}/"

    for page in (first, first, second):
        client.post(url_of(survey), {"key": key_in(page), **ANSWERS, "end": "1"})

    assert kept(survey) == [{"q1": {"imp": 5, "sat": 2}, "q2": {"imp": 3}}]


def test_without_cookies_the_form_itself_is_one_row_however_often_it_is_sent(survey: Survey) -> None:
    page = Client().get(url_of(survey))
    for _ in range(3):
        Client().post(url_of(survey), {"key": key_in(page), **ANSWERS, "end": "1"})
    Client().post(url_of(survey), {"key": key_in(Client().get(url_of(survey))), "q1.imp": "1", "end": "1"})

    assert kept(survey) == [{"q1": {"imp": 5, "sat": 2}, "q2": {"imp": 3}}, {"q1": {"imp": 1}}]


def test_two_windows_opened_before_there_was_a_cookie_still_end_in_one_row(survey: Survey) -> None:
    client, other = Client(), Client()
    early = key_in(other.get(url_of(survey)))  # a second window whose cookie the first one replaced
    send(client, survey, {"q1.imp": "5"})

    client.post(url_of(survey), {"key": early, "q2.imp": "4", "end": "1"})

    assert kept(survey) == [{"q1": {"imp": 5}, "q2": {"imp": 4}}]


def test_corrections_change_what_they_say_and_leave_the_rest(survey: Survey) -> None:
    client = Client()
    send(client, survey, segment="City")

    page = client.get(url_of(survey))
    send(client, survey, {"q1.imp": "1", "q1.sat": ""})

    assert re.search(r'name="q1.imp" value="5" checked', page.text)
    assert 'value="City" checked' in page.text
    assert "You have answered already" in page.text
    assert kept(survey) == [{"q1": {"imp": 1}, "q2": {"imp": 3}}]
    assert survey.responses.get().segment == "City"


@pytest.mark.parametrize(
    "answers",
    [{"q1.imp": "6"}, {"q1.imp": "five"}, {"q1.with": "love"}, ANSWERS | {"segment": "Moon"}],
    ids=str,
)
def test_what_no_page_sends_is_refused_whole(survey: Survey, answers: dict[str, str]) -> None:
    response = send(Client(), survey, answers)

    assert response.status_code == 400
    assert "Load the page again" in response.text
    assert kept(survey) == []


def test_half_a_form_from_a_broken_connection_is_no_answer(survey: Survey) -> None:
    key = key_in(Client().get(url_of(survey)))

    response = Client().post(url_of(survey), {"key": key, "q1.imp": "5", "q1.sat": ""})

    assert response.status_code == 400
    assert kept(survey) == []


def test_an_unknown_question_is_not_kept_and_nothing_is_not_an_answer(survey: Survey) -> None:
    assert send(Client(), survey, {"q9.imp": "5"}).status_code == 422
    response = send(Client(), survey, {})

    assert response.status_code == 422
    assert "Nothing has been answered yet" in response.text
    assert kept(survey) == []


@pytest.mark.parametrize("key", ["", "made-up", "made-up:signature"])
def test_a_key_that_we_did_not_sign_keeps_nothing(survey: Survey, key: str) -> None:
    response = Client().post(url_of(survey), {"key": key, **ANSWERS, "end": "1"})

    assert response.status_code == 422
    assert kept(survey) == []


def test_a_key_of_another_survey_is_no_key_here(survey: Survey, owner: StudyAccess) -> None:
    other = make_survey(owner.study, make_general(owner.study, "Sleep well"))
    key = key_in(Client().get(url_of(other)))

    assert Client().post(url_of(survey), {"key": key, **ANSWERS, "end": "1"}).status_code == 422


def test_a_page_left_open_after_closing_says_so_and_keeps_what_was_sent_before(survey: Survey) -> None:
    client = Client()
    send(client, survey, {"q1.imp": "4"})
    page = client.get(url_of(survey))
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() - timedelta(seconds=1))

    late = client.post(url_of(survey), {"key": key_in(page), "q1.imp": "1", "end": "1"})

    assert (late.status_code, client.get(url_of(survey)).status_code) == (410, 410)
    assert "these answers were not taken" in late.text
    assert kept(survey) == [{"q1": {"imp": 4}}]


def test_drafts_the_trash_and_invented_addresses_look_the_same(survey: Survey, owner: StudyAccess) -> None:
    draft = make_survey(owner.study, make_general(owner.study, "Sleep"), state="draft")
    gone = make_survey(owner.study, make_general(owner.study, "Rest"), deleted_at=timezone.now())

    answers = [Client().get(f"/survey/{token}/") for token in (draft.token, gone.token, "nothing", "%00")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "There is no survey here" in answers[0].text


@pytest.mark.parametrize(
    ("path", "accepted", "heard"),
    [
        ("?lang=de", "en", "Wie wichtig ist es Ihnen"),
        ("", "de-AT,de;q=0.9,en;q=0.5", "Wie wichtig ist es Ihnen"),
        ("", "fr,en;q=0.5", "How important is it to you"),
        ("?lang=xx", "", "How important is it to you"),
    ],
)
def test_it_speaks_the_language_of_the_browser_or_the_one_asked_for(
    survey: Survey, path: str, accepted: str, heard: str
) -> None:
    page = Client().get(f"/survey/{survey.token}/{path}", headers={"Accept-Language": accepted})

    assert heard in page.text
    assert f'<html lang="{"de" if "Ihnen" in heard else "en"}">' in page.text


def test_a_language_without_all_the_words_is_not_offered(survey: Survey) -> None:
    survey.items.filter(key="q2").update(wording={"en": "to arrive dry"})
    Survey.objects.filter(pk=survey.pk).update(version=2)

    page = Client().get(url_of(survey, "de"))

    assert "to arrive dry" in page.text
    assert "Deutsch" not in page.text


def test_nothing_of_the_study_shows_and_nobody_may_index_it(survey: Survey, owner: StudyAccess) -> None:
    pages = [Client().get(url_of(survey)), Client().get(f"/survey/{survey.token}/thanks/de/")]
    names = (owner.study.name, owner.study.slug, survey.name, owner.user.email, "Progress Studio")

    for page in pages:
        assert [name for name in names if name in page.text] == []
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "default-src 'self'" in page["Content-Security-Policy"]
        assert (page["X-Frame-Options"], page["Referrer-Policy"]) == ("DENY", "same-origin")
        assert re.findall(r'(?:src|href)="(?!/static/|\?|\.\./)[^"]*', page.text) == []


def test_words_of_the_team_are_escaped(survey: Survey) -> None:
    survey.items.filter(key="q1").update(wording={"en": "<script>alert(1)</script>", "de": "x"})
    Survey.objects.filter(pk=survey.pk).update(version=2, title={"en": '"><b>'}, segments={"en": '"><i>'})

    page = Client().get(url_of(survey))

    assert "<script>alert" not in page.text
    assert [words for words in ('"><b>', '"><i>') if words in page.text] == []


def test_a_form_on_another_site_reaches_nobodys_answers(survey: Survey) -> None:
    """Its cookie does not travel there (SameSite), and the key is signed: a forged form has neither."""
    client = Client(enforce_csrf_checks=True)
    send(client, survey, {"q1.imp": "5"})
    assert client.cookies["respondent"]["samesite"] == "Lax"
    assert client.cookies["respondent"]["httponly"] is True

    forged = Client(enforce_csrf_checks=True).post(url_of(survey), {"key": "x", "q1.imp": "1", "end": "1"})

    assert forged.status_code == 422
    assert kept(survey) == [{"q1": {"imp": 5}}]


def test_a_room_behind_one_address_gets_through_and_a_flood_does_not(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert survey_page.SENDINGS >= 1000
    monkeypatch.setattr(survey_page, "SENDINGS", 2)

    answers = [send(Client(), survey) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Wait a few minutes" in answers[2].text
    assert len(kept(survey)) == 2


def test_a_body_that_no_form_of_ours_has_is_refused_before_it_is_read(survey: Survey) -> None:
    class Unread:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    answer = Client().generic(
        "POST",
        url_of(survey),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="300000",
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert kept(survey) == []


def test_other_methods_are_refused_and_a_link_preview_writes_nothing(survey: Survey) -> None:
    assert Client().head(url_of(survey)).status_code == 200
    assert Client().put(url_of(survey)).status_code == 405
    assert Client().post(f"/survey/{survey.token}/thanks/en/").status_code == 405
    assert kept(survey) == []


def test_a_respondent_of_the_file_is_never_taken_for_one_of_the_page(survey: Survey) -> None:
    respond(survey, "7", q1={"imp": 5})

    send(Client(), survey, {"q1.imp": "1"})

    assert kept(survey) == [{"q1": {"imp": 5}}, {"q1": {"imp": 1}}]
