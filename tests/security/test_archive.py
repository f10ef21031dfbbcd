"""An archive is a file that anybody can write: it reaches nothing but the study that it fills."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cpd_site.actions import import_study
from cpd_site.archive.read import ArchiveRefused, read_archive
from cpd_site.archive.write import write_archive
from jobs.models import ClusterMember, JobCluster
from studies.access import StudyAccess
from studies.history import SENTENCES, record
from studies.roles import Role
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill
from tests.faults.snapshot import everything
from tests.site.test_archive import sealed

SECRET = "A sentence of somebody else"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def archive_of(access: StudyAccess) -> dict[str, Any]:
    return dict(json.loads("".join(write_archive(access))))


def import_(user: Any, data: dict[str, Any], callbacks: Any) -> StudyAccess:
    with callbacks(execute=True):
        run = import_study(user, raw=sealed(data))
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", "")
    return StudyAccess(run.study, user, Role.OWNER)


def forged_entry(data: dict[str, Any], verb: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A line of history as the archive holds them, which its author has invented."""
    template = next(row for row in data["sections"]["history"])
    return template | {"verb": verb, "data": payload}


@pytest.fixture
def victim(outsider: StudyAccess) -> dict[str, Any]:
    """Somebody else's study, with a group that has a member and a generalised job in the trash."""
    ids = populate(outsider)
    outsider.study.jobs.update(statement=SECRET)
    return ids


def test_undo_after_an_import_reaches_no_row_of_another_study(
    owner: StudyAccess,
    outsider: StudyAccess,
    victim: dict[str, Any],
    login: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    populate(owner)
    login(owner).post(
        reverse("jobs:cluster_new", args=[owner.study.slug]),
        {"jobs": owner.study.jobs.filter(scope="individual").values_list("pk", flat=True), "name": "Made"},
    )
    data = archive_of(owner)
    newest = max(JobCluster.with_trash.values_list("pk", flat=True))
    own = range(newest + 1, newest + 6)  # keys that the import will give away
    state = {"name": "x", "state": "proposed", "decided": True, "deleted": False, "members": []}
    data["sections"]["history"].append(
        forged_entry(
            data,
            "cluster.renamed",
            {
                "created": [victim["cluster_id"]],
                "general": [victim["general_id"]],
                "before": [state | {"id": pk, "general": victim["general_id"]} for pk in own],
            },
        )
    )
    copy = import_(owner.user, data, django_capture_on_commit_callbacks)
    theirs = rows_of(outsider)
    client: Client = login(owner)
    client.raise_request_exception = False

    for page in ("jobs:clusters", "jobs:cluster_undo"):
        url = reverse(page, args=[copy.study.slug])
        answer = client.post(url) if page.endswith("undo") else client.get(url)
        assert answer.status_code < 500

    assert rows_of(outsider) == theirs
    assert ClusterMember.objects.filter(study=outsider.study).count() == 1
    assert SECRET not in client.get(reverse("jobs:clusters", args=[copy.study.slug])).text
    assert set(copy.study.jobclusters.values_list("general__study", flat=True)) <= {copy.study.pk, None}


def rows_of(access: StudyAccess) -> dict[str, list[Any]]:
    slug, key = repr(access.study.slug), repr(access.study.pk)
    return {label: [row for row in rows if slug in row or key in row] for label, rows in everything().items()}


ODD: list[Any] = [
    {},
    {"before": 1},
    {"before": {"a": None}, "after": [], "welcomed": {}, "note": [], "criterion": "none"},
    {"elements": {"x": "y"}, "created": None, "general": "x", "fields": 5},
]


@pytest.mark.parametrize("payload", ODD, ids=range(len(ODD)))
def test_a_history_with_odd_details_breaks_no_page(
    payload: dict[str, Any], owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    populate(owner)
    record(owner, "study.edited", owner.study)
    data = archive_of(owner)
    sections = data["sections"]
    targets = {"action": "action", "job": "job", "jobcluster": "cluster", "element": "element"}
    sections["history"] += [
        forged_entry(data, verb, payload) | {"target_type": kind, "target": 1}
        for verb in SENTENCES
        for kind in targets
    ]
    copy = import_(owner.user, data, django_capture_on_commit_callbacks)

    assert broken_pages(copy, login(owner)) == []


def broken_pages(access: StudyAccess, client: Client) -> list[str]:
    client.raise_request_exception = False
    study = access.study
    general = study.jobs.filter(scope="generalised").first()
    ids = {
        "interview_id": study.interviews.values_list("pk", flat=True).first(),
        "participant_id": study.participants.values_list("pk", flat=True).first(),
        "prompt_id": study.guide.values_list("pk", flat=True).first(),
        "transcript_id": study.transcripts.values_list("pk", flat=True).first(),
        "element_id": study.elements.values_list("pk", flat=True).first(),
        "job_id": study.jobs.filter(scope="individual").values_list("pk", flat=True).first(),
        "general_id": general.pk if general else 0,
        "cluster_id": study.jobclusters.values_list("pk", flat=True).first(),
        "canvas_id": study.canvases.values_list("pk", flat=True).first(),
        "card_id": study.cards.values_list("pk", flat=True).first(),
        "action_id": study.actions.values_list("pk", flat=True).first(),
        "run_id": study.runs.values_list("pk", flat=True).first(),
    }
    broken = []
    for route, pattern in ROUTES.items():
        names = set(pattern.pattern.converters) - {"slug"}
        if names <= set(ids) and all(ids[name] for name in names):
            status = client.get(fill(route, study.slug, ids)).status_code
            if status >= 500:
                broken.append(f"{route} {status}")
    return broken


SHAPES: list[Any] = [[{}], [1, None], [["a"]], {"a": {"b": []}}, {"1": []}, {"push": "x", "2": None}]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_lists_and_tables_of_odd_shapes_are_refused_or_break_no_page(
    shape: Any, owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Tags, dimensions, details, phase names, weights and goals are JSON inside a row."""
    from django.db.models import JSONField

    from cpd_site.archive.layout import SECTIONS

    populate(owner)
    data = archive_of(owner)
    wrong = []
    if isinstance(shape, dict):
        wrong += _try_study(data, shape, owner, login, django_capture_on_commit_callbacks)
    for section in SECTIONS:
        for field in section.fields:
            rows = data["sections"][section.name]
            if not isinstance(field, JSONField) or not rows or type(rows[0][field.name]) is not type(shape):
                continue
            forged = json.loads(json.dumps(data))
            for row in forged["sections"][section.name]:
                row[field.name] = shape
            wrong += _try(
                f"{section.name}.{field.name}", forged, owner, login, django_capture_on_commit_callbacks
            )
    assert wrong == []


def _try_study(data: Any, shape: Any, owner: Any, login: Any, callbacks: Any) -> list[str]:
    forged = json.loads(json.dumps(data))
    forged["study"]["phase_labels"] = shape
    return _try("study.phase_labels", forged, owner, login, callbacks)


def _try(what: str, forged: Any, owner: Any, login: Any, callbacks: Any) -> list[str]:
    try:
        read_archive(sealed(forged))
    except ArchiveRefused:
        return []
    copy = import_(owner.user, forged, callbacks)
    return [f"{what}: {page}" for page in broken_pages(copy, login(owner))]


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 1_000_000,
        b'{"format":' * 50_000,
        b'{"format": "progress-studio/1", "x": ' + b"9" * 5000 + b"}",
        b'{"format": "progress-studio/1", "sha256": [[]], "study": {}, "sections": {}, "exported_at": 1}',
    ],
    ids=["deep lists", "deep objects", "a number of 5,000 digits", "checksums of another shape"],
)
def test_files_that_would_tire_the_reader_are_refused(raw: bytes) -> None:
    with pytest.raises(ArchiveRefused):
        read_archive(raw)


def test_an_archive_gives_nobody_a_way_in(
    owner: StudyAccess, outsider: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Naming an account in `people` or `members` makes nobody a member and signs nobody in."""
    populate(owner)
    data = archive_of(owner)
    data["sections"]["people"].append({"name": outsider.user.get_full_name()})
    data["sections"]["members"].append({"person": len(data["sections"]["people"]), "role": "owner"})

    copy = import_(owner.user, data, django_capture_on_commit_callbacks)

    assert list(copy.study.memberships.values_list("user", flat=True)) == [owner.user.pk]
    assert login(outsider).get(f"/s/{copy.study.slug}/").status_code == 404
