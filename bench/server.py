"""Server time and queries of every page, on the demo study multiplied to 204 interviews.

The limits are on wall time; processor time beside it tells what a busy machine added.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bench import seed
from bench.table import Figure, timed, timings
from studies.access import StudyAccess, open_study
from studies.models import Membership, Study

TIMES = 20
PAGE_MS, PAGE_QUERIES, SAVE_MS = 150, 20, 30
# files to download and pages that only redirect are no pages
NOT_PAGES = ("exports/archive.json", ".csv")


@cache
def scaled_study() -> StudyAccess:
    if not Study.objects.exists():
        call_command("seed_demo", scale=seed.COPIES)
    seed.keep(Path(settings.DATABASES["default"]["NAME"]))
    owner = Membership.objects.filter(role="owner").latest("pk")
    return open_study(owner.user, owner.study.slug)


def client_of(access: StudyAccess) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(access.user)
    return client


def measure() -> Iterator[Figure]:
    access = scaled_study()
    study = access.study
    yield Figure("interviews", study.interviews.count(), "")
    yield Figure("elements", study.elements.count(), "")
    yield Figure("individual jobs", study.jobs.filter(scope="individual").count(), "")
    client, ids = client_of(access), _ids(access)
    for url in sorted({*_pages(study.slug, ids), *_asked(study.slug, ids)}):
        yield from _page(client, url, study.slug)
    yield _save(client, access)


def _ids(access: StudyAccess) -> dict[str, Any]:
    """The busiest row of each sort."""
    study = access.study
    interview = study.interviews.filter(elements__isnull=False).first()
    general = study.jobs.filter(scope="generalised", general=None).exclude(clusters=None).first()
    return {
        "interview_id": interview.pk,
        "participant_id": interview.participant_id,
        "transcript_id": interview.transcripts.first().pk,
        "job_id": general.pk,
        "general_id": general.pk,
        "cluster_id": general.clusters.first().pk,
        "canvas_id": study.canvases.first().pk,
        "action_id": study.actions.first().pk,
        "card_id": study.cards.first().pk,
        "run_id": study.runs.first().pk,
    }


def _pages(slug: str, ids: dict[str, Any]) -> Iterator[str]:
    for route, pattern in _routes(get_resolver()):
        names = [name for name in pattern.pattern.converters if name != "slug"]
        if all(name in ids for name in names) and not route.endswith(NOT_PAGES):
            url = "/" + route.replace("<slug:slug>", slug)
            for name in names:
                url = url.replace(f"<int:{name}>", str(ids[name]))
            yield url


def _asked(slug: str, ids: dict[str, Any]) -> Iterator[str]:
    """Pages outside a study, and those that say something else, or something at all, with a question mark."""
    yield reverse("studies:list")
    yield reverse("studies:create")
    yield f"/s/{slug}/canvases/{ids['canvas_id']}/changes/?since=0"
    yield f"/s/{slug}/canvases/{ids['canvas_id']}/evidence/?group=pushes"
    yield f"/s/{slug}/clusters/{ids['cluster_id']}/?page=2"
    yield f"/s/{slug}/journey/behind/?kind=push&column=all"
    yield f"/s/{slug}/jobs/?scope=individual&page=2"
    for chart in ("intervals", "contributions", "prevalence", "forces", "kano", "map", "saturation"):
        yield f"/s/{slug}/jobs/priorities/charts/?show={chart}&top=all"


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif "<slug:slug>" in route:
            yield route, entry


def _page(client: Client, url: str, slug: str) -> Iterator[Figure]:
    if client.get(url).status_code != 200:  # takes a POST, or leads elsewhere
        return
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        queries = len(captured)
    name, size = url.replace(f"/s/{slug}", "…"), len(b"".join(answer)) / 1000
    note = f"{size:.0f} kB"
    timing = timings(lambda: client.get(url), TIMES)
    yield timed(name, timing, PAGE_MS, note, queries=queries, most_queries=PAGE_QUERIES)


def _save(client: Client, access: StudyAccess) -> Figure:
    """One captured item, as the live page sends it."""
    interview = access.study.interviews.filter(elements__isnull=False).first()
    url = f"/s/{access.study.slug}/interviews/{interview.pk}/elements/sync/"

    def capture() -> None:
        change = {
            "client_id": str(uuid4()),
            "base_version": 0,
            "fields": {"kind": "push", "note": "The tram was late again", "at_ms": 61_000},
        }
        posted = {"user": access.user.pk, "changes": [change]}
        response = client.post(url, posted, content_type="application/json")
        assert response.status_code == 200, response.content[:200]

    return timed("save a captured item", timings(capture, 100), SAVE_MS)
