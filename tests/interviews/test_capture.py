"""The live page as it is served, and the file that lets it be opened without a server."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies.access import StudyAccess
from studies.roles import Role
from tests import factories

Login = Callable[[StudyAccess], Client]


def page_of(client: Client, access: StudyAccess, interview: Any, name: str = "capture") -> Any:
    return client.get(reverse(f"interviews:{name}", args=[access.study.slug, interview.pk]))


def test_the_page_starts_from_everything_the_interview_has(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study, hired="Tram")
    element = factories.make_element(interview, detail={"cost": "3 h"}, captured_by=owner.user)
    gone = factories.make_element(interview, deleted_at=timezone.now())
    prompt = owner.study.guide.create(text="What happened?", phase=1)
    interview.asked.create(study=owner.study, prompt=prompt)

    page = page_of(login(owner), owner, interview).context["page"]

    rows = {row["id"]: row for row in page["data"]["elements"]}
    assert rows[str(element.client_id)]["detail"] == {"cost": "3 h"}
    assert rows[str(element.client_id)]["by_id"] == owner.user.pk
    assert rows[str(gone.client_id)]["deleted"] is True
    assert page["data"]["header"]["hired"] == "Tram"
    assert (page["data"]["asked"], page["prompts"][0]["id"]) == ([prompt.pk], prompt.pk)
    assert [kind["letter"] for kind in page["vocabulary"]["kinds"]] == list("EPLHACDVSJXG")


def test_what_people_typed_is_data_and_never_markup(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study, hired="</script><b>")
    factories.make_element(interview, note="</script><script>alert(1)</script>")
    page = page_of(login(owner), owner, interview).content.decode()
    assert "<script>alert(1)" not in page
    assert "</script><b>" not in page


def test_the_page_costs_few_queries_however_much_was_captured(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    interview = factories.make_interview(owner.study)
    client = login(owner)
    for _ in range(2):
        factories.make_element(interview, captured_by=owner.user)
        with django_assert_num_queries(9):
            page_of(client, owner, interview)


def test_a_viewer_gets_the_page_to_read(
    as_role: Callable[[Role], StudyAccess], owner: StudyAccess, login: Login
) -> None:
    viewer = as_role(Role.VIEWER)
    page = page_of(login(viewer), owner, factories.make_interview(owner.study))
    assert page.context["page"]["readonly"] is True


def test_an_interview_in_the_trash_says_so(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study, deleted_at=timezone.now())
    page = page_of(login(owner), owner, interview)
    assert page.status_code == 410


def test_the_printed_wheel_leaves_out_what_was_deleted(owner: StudyAccess, login: Login) -> None:
    interview = factories.make_interview(owner.study)
    kept = factories.make_element(interview)
    factories.make_element(interview, deleted_at=timezone.now())
    wheel = page_of(login(owner), owner, interview, "wheel_print").context["wheel"]
    assert [row["id"] for row in wheel["elements"]] == [str(kept.client_id)]


def test_the_service_worker_rules_from_the_root_and_is_never_stale(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    assert b"addEventListener" in answer.content


def test_what_the_live_page_adds_stays_under_40_kb_gzipped() -> None:
    folder = Path(settings.BASE_DIR) / "static/js"
    scripts = [folder / "wheel.js", *folder.glob("capture/*.js")]
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) < 40_000
