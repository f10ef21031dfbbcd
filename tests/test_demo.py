"""The demo study is what people learn from: it must be whole, and built like any other."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from interviews.models import Quote
from jobs.actions.priorities import ranking
from jobs.queries.survey_results import results
from jobs.standing import DIRECTIONAL_BELOW
from studies.access import open_study
from studies.models import Study

pytestmark = pytest.mark.django_db


def test_the_demo_study_is_whole(demo: Study) -> None:
    owner = open_study(demo.memberships.get(role="owner").user, demo.slug)

    assert demo.interviews.count() == 13
    assert demo.elements.values("kind").distinct().count() == 12
    assert demo.jobs.filter(scope="individual").count() == 73
    assert set(demo.memberships.values_list("role", flat=True)) == {
        "owner",
        "researcher",
        "reviewer",
        "strategist",
        "viewer",
    }
    assert [row["rank"] for row in ranking(owner).rows].count(None) < 3
    assert demo.actions.filter(status="running", welcomed=True).exists()
    for transcript in demo.transcripts.all():
        assert len(transcript.text.split()) >= 1500


def test_its_groups_hold_jobs_of_one_level_so_that_a_run_measures_them(demo: Study) -> None:
    levels = {group.name: set(group.members.values_list("job__level")) for group in demo.jobclusters.all()}

    assert len(levels) >= 9
    assert {name: found for name, found in levels.items() if len(found) > 1} == {}


def test_its_people_sign_in_where_addresses_must_be_confirmed(demo: Study, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    secret = (settings.DATA_DIR / "demo-password").read_text().strip()
    sent = {"login": "lena@demo.example", "password": secret}

    assert Client().post(reverse("account_login"), sent)["Location"] == "/"


def test_its_surveys_show_a_sure_segment_and_a_directional_one(demo: Study) -> None:
    closed, running = demo.surveys.order_by("pk")
    found = results(closed, method="mean")

    assert (closed.state, running.state) == ("closed", "open")
    assert [(size, size < DIRECTIONAL_BELOW) for _, size in found.segments] == [(26, True), (36, False)]
    assert all(item.scores.opportunity for item in found.items)
    assert all(item.kano.n for item in results(running, method="mean").items)


def test_reviews_stand_beside_the_interviews(demo: Study) -> None:
    source = demo.verbatimsources.get()

    assert (source.state, source.rows, source.distinct, source.refused) == ("ready", 329, 320, 2)
    assert demo.verbatimgroups.count() == 31
    assert demo.verbatimlinks.filter(job__scope="generalised").count() == 2
    assert demo.verbatimgroups.filter(texts=0).count() == 0


def test_every_quote_is_the_words_of_its_transcript(demo: Study) -> None:
    quotes = list(Quote.objects.select_related("transcript"))
    spans = [quote.transcript.text[quote.start : quote.end] for quote in quotes]

    assert len(quotes) > 100
    assert spans == [quote.text for quote in quotes]


def test_building_it_again_changes_nothing(demo: Study) -> None:
    before = demo.history.count()

    call_command("seed_demo", stdout=StringIO())

    assert demo.history.count() == before
