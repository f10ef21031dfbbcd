"""An archive is a file that anybody can write: what it holds may be refused, but no page breaks over it.

Each field is bent by itself and stays bent where the reader lets it pass; then every page is opened.
"""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from django.db import models

from cpd_site.archive.layout import SECTIONS, Section
from cpd_site.archive.load import load_archive
from cpd_site.archive.read import ArchiveRefused, _rows, read_archive
from cpd_site.archive.write import canonical
from studies.access import StudyAccess
from tests.architecture.test_matrix import ROUTES, fill
from tests.site.test_archive import archive_of, change, filled, sealed

BENT: dict[str, list[Any]] = {
    "words where numbers belong": [
        "many",
        {"en": "many"},
        {"moving": {"imp": "many", "with": "many"}},
        {"push": {"tested": "many"}},
        ["many"],
    ],
    "numbers beyond all measure": [
        10**400,
        1e308,
        1e30,
        2_000_000_000,
        {"k": 1e308, "prevalence": 10**400},
        {"k": 1e30, "rank_low": 1e30, "score": 1e30},
        {"push": {"tested": 10**400}},
        "9999-12-31T23:59:59+00:00",
        "9999-12-31",
    ],
    "numbers below all measure": [
        -(10**400),
        -1e308,
        -1,
        {"prevalence": -1e308},
        {"prevalence": -1, "wilson.0": -5, "rank_low": -3},
        {"moving": {"imp": -9}},
        {"push": {"first": 3, "tested": 1}},
        "0001-01-01T00:00:00+00:00",
        "0001-01-01",
    ],
    "numbers where words belong": [5, True, {"en": 5}, {"moving": {"with": 5}}, ["many", "many"]],
    "nothing at all": [0, "", None, {}, [], {"en": None}, {"en": ""}, {"moving": {}}],
}
BENDABLE = (
    models.JSONField
    | models.FloatField
    | models.IntegerField
    | models.DateField
    | models.CharField
    | models.TextField
)
KEYS = {
    "action_id": "actions",
    "canvas_id": "canvases",
    "card_comment_id": "card_comments",
    "card_id": "cards",
    "cluster_id": "clusters",
    "code_id": "codes",
    "comment_id": "comments",
    "element_id": "elements",
    "evidence_id": "evidence",
    "group_id": "verbatim_groups",
    "interview_id": "interviews",
    "job_id": "jobs",
    "link_id": "verbatim_links",
    "participant_id": "participants",
    "pin_id": "pins",
    "prompt_id": "guide",
    "quote_id": "quotes",
    "reading_id": "kpi_readings",
    "run_id": "runs",
    "scenario_id": "scenarios",
    "snap_id": "snaps",
    "snapshot_id": "snapshots",
    "source_id": "verbatim_sources",
    "survey_id": "surveys",
    "transcript_id": "transcripts",
    "version_id": "canvas_versions",
}
NEVER_IN_AN_ARCHIVE = (
    "draft_id",
    "export_id",
    "invitation_id",
    "member_id",
    "membership_id",
    "paper_id",
    "suggestion_id",
)


@pytest.fixture
def full(owner: StudyAccess, settings: Any, tmp_path: Any) -> StudyAccess:
    settings.MEDIA_ROOT = tmp_path
    return filled(owner)


def bent(data: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    """The first row of each section with the first of `values` that the reader lets pass for a field."""
    result = copy.deepcopy(data)
    for section in SECTIONS:
        for field in section.fields:
            if not field.is_relation and isinstance(field, BENDABLE):
                _bend(data, result, section, field.name, values)
    return result


def _bend(
    data: dict[str, Any], result: dict[str, Any], section: Section, name: str, values: list[Any]
) -> None:
    row = data["sections"][section.name][0]
    kept = row[name]
    for value in values:
        row[name] = value
        if _may_stand(data, section, row) and passes(data):
            result["sections"][section.name][0][name] = value
            break
    row[name] = kept


def _may_stand(data: dict[str, Any], section: Section, row: dict[str, Any]) -> bool:
    """Whether the reader lets a row pass by itself: most are refused here, and need not be read with all."""
    sizes = {name: len(rows) for name, rows in data["sections"].items()}
    try:
        return bool(list(_rows(section, [row], sizes)))
    except ArchiveRefused:
        return False


def passes(data: dict[str, Any]) -> bool:
    try:
        read_archive(sealed(data))
    except ArchiveRefused:
        return False
    return True


def ids_of(access: StudyAccess) -> dict[str, Any]:
    study: Any = access.study
    model: Any = {section.name: section.model for section in SECTIONS}
    ids = {key: model[name]._base_manager.filter(study=study).first().pk for key, name in KEYS.items()}
    ids |= {
        "card_key": study.cards.first().key,
        "client_id": study.elements.first().client_id,
        "general_id": study.jobs.filter(scope="generalised").first().pk,
        "scenario_key": study.scenarios.first().key,
    }
    return dict.fromkeys(NEVER_IN_AN_ARCHIVE, 0) | ids


@pytest.mark.parametrize("kind", BENT)
def test_no_page_breaks_over_what_an_archive_may_hold(
    kind: str,
    full: StudyAccess,
    outsider: StudyAccess,
    login: Any,
) -> None:
    data = bent(json.loads(archive_of(full)), BENT[kind])
    load_archive(outsider, read_archive(sealed(data)))
    client, ids, slug = login(outsider), ids_of(outsider), outsider.study.slug
    client.raise_request_exception = False

    read = {route: opened(client.get(fill(route, slug, ids))) for route in ROUTES}
    written = {
        route: opened(client.post(f"/s/{slug}/{route}", {"name": "Now"}))
        for route in ("jobs/priorities/approve/", "jobs/priorities/paper/make/", "clusters/run/")
    }

    assert [route for route, status in (read | written).items() if status >= 500] == []


def opened(answer: Any) -> int:
    """Its status; a file is read to its end."""
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("section", "fields", "reason"),
    [
        ("snapshots", {"weights": "many"}, "snapshots, row 1: “weights” has the wrong shape"),
        ("snapshots", {"weights": {"fit": 11}}, "snapshots, row 1: “weights” has the wrong shape"),
        ("snapshot_rows", {"numbers": {"k": 1e31}}, "snapshot_rows, row 1: “numbers” has the wrong shape"),
        ("scenarios", {"weights": {"fit": -1}}, "scenarios, row 1: “weights” has the wrong shape"),
        ("surveys", {"segments": {"en": 5}}, "surveys, row 1: “segments” has the wrong shape"),
        ("surveys", {"segments": {"en": "x" * 81}}, "surveys, row 1: “segments” has the wrong shape"),
        ("surveys", {"closes_at": "0001-01-01T00:00:00+00:00"}, "surveys, row 1: “closes_at” lies outside"),
        (
            "survey_responses",
            {"answers": {"moving": {"imp": 2.5}}},
            "survey_responses, row 1: “answers” has the wrong shape",
        ),
        (
            "suggestion_model",
            {"report": {"after:x": {"tested": 1}}},
            "suggestion_model, row 1: “report” has the wrong shape",
        ),
        ("workshops", {"result": {"x": "many"}}, "workshops, row 1: “result” has the wrong shape"),
        ("workshops", {"locked_lanes": ["moon"]}, "workshops, row 1: “locked_lanes” has the wrong shape"),
        ("quotes", {"end": 2_000_000_000}, "quotes, row 1: the words do not stand at that place"),
        ("runs", {"state": "queued"}, "runs, row 1: “state” cannot be “queued” in an archive"),
        ("runs", {"kind": "site.import"}, "runs, row 1: “kind” cannot be “site.import” in an archive"),
        ("verbatim_sources", {"state": "importing"}, "verbatim_sources, row 1: “state” cannot be"),
        ("pins", {"kind": ""}, "pins, row 1: “kind”"),
        ("jobs", {"pattern": ""}, "jobs, row 1: “pattern”"),
        ("clusters", {"cohesion": 1e308}, "clusters, row 1: “cohesion” is no number of a study"),
    ],
)
def test_what_no_page_can_show_is_refused_by_name(
    section: str,
    fields: dict[str, Any],
    reason: str,
    full: StudyAccess,
) -> None:
    raw = change(json.loads(archive_of(full)), section, **fields)

    with pytest.raises(ArchiveRefused, match=reason):
        read_archive(raw)


def test_digits_that_are_no_number_are_refused_in_words(full: StudyAccess) -> None:
    raw = archive_of(full).replace(b'"similarity":0.7', b'"similarity":1e999')

    with pytest.raises(ArchiveRefused, match="JSON that no archive of a study would hold"):
        read_archive(raw)


def test_half_a_character_in_a_list_is_refused_and_a_written_escape_is_not(
    full: StudyAccess,
) -> None:
    data = json.loads(archive_of(full))
    assert passes(_with_tag(data, "\\u0000"))

    for tag in ("\0", "\ud800"):
        with pytest.raises(ArchiveRefused, match="“tags” holds a character that no database keeps"):
            read_archive(_sealed_with_halves(_with_tag(data, tag)))


def _with_tag(data: dict[str, Any], tag: str) -> dict[str, Any]:
    data["sections"]["participants"][0]["tags"] = [tag]
    return data


def _sealed_with_halves(data: dict[str, Any]) -> bytes:
    parts = {"study": data["study"], **data["sections"]}
    digests = {name: canonical(part).encode("utf-8", "surrogatepass") for name, part in parts.items()}
    data["sha256"] = {name: hashlib.sha256(raw).hexdigest() for name, raw in digests.items()}
    return json.dumps(data).encode()
