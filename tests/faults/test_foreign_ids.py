"""Ids of another study in the body of a request: every address that takes one refuses it and writes nothing.

The matrix test calls each address with foreign ids in the URL; here they stand in the body. Each case is
first sent with rows of the own study, so that a refusal is about the id and nothing else.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from django import forms
from django.core import signing
from django.test import Client
from django.urls import reverse

from interviews.models import Code
from jobs.actions.survey_import import upload_answers
from jobs.models import ClusterMember, JobCluster
from studies.access import StudyAccess
from tests import factories as make
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill
from tests.faults.snapshot import changed, everything


class Case(NamedTuple):
    """`body` names rows in braces; each name in `ids` is once replaced by the other study's row."""

    route: str
    body: dict[str, Any]
    ids: tuple[str, ...]
    is_json: bool = False


NEW_ITEM = {
    "client_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "base_version": 0,
    "fields": {"note": "New words"},
}
STATEMENT = {"statement": "Get home dry", "pattern": "functional", "level": "main"}
CASES = [
    Case("interviews:new", {"participant": "{participant_id}"}, ("participant_id",)),
    Case(
        "interviews:sync",
        {"user": "{user_id}", "changes": [NEW_ITEM | {"client_id": "{client_id}", "base_version": 1}]},
        ("client_id", "user_id"),
        is_json=True,
    ),
    Case(
        "interviews:import_confirm",
        {"target": "participant", "participant": "{participant_id}", "role-0": "participant"},
        ("participant_id",),
    ),
    Case(
        "interviews:import_confirm",
        {"target": "interview", "interview": "{interview_id}", "role-0": "participant"},
        ("interview_id",),
    ),
    Case("interviews:code_merge", {"into": "{other_code_id}"}, ("other_code_id",)),
    Case("jobs:suggestions_switch", {"on": "1", "transcript": "{transcript_id}"}, ("transcript_id",)),
    Case(
        "jobs:suggestion_accept",
        {"start": 0, "end": 4, "kind": "push", "client_id": NEW_ITEM["client_id"], "codes": ["{code_id}"]},
        ("code_id",),
    ),
    Case("jobs:write", STATEMENT | {"supports": ["e{element_id}"]}, ("element_id",)),
    Case("jobs:write", STATEMENT | {"contradicts": ["q{quote_id}"]}, ("quote_id",)),
    Case("jobs:evidence", {"supports": ["e{other_element_id}"]}, ("other_element_id",)),
    Case("jobs:evidence", {"contradicts": ["q{quote_id}"]}, ("quote_id",)),
    Case("jobs:move", {"parent": "{parent_id}"}, ("parent_id",)),
    Case("jobs:move", {"parent": "{parent_id}", "before": "{child_id}"}, ("child_id",)),
    Case("jobs:also", {"other": "{parent_id}", "on": "1"}, ("parent_id",)),
    Case(
        "jobs:cluster_place", {"job": "{loose_job_id}", "to": "{cluster_id}"}, ("loose_job_id", "cluster_id")
    ),
    Case("jobs:cluster_new", {"jobs": ["{loose_job_id}"], "name": "A group"}, ("loose_job_id",)),
    Case("jobs:cluster_split", {"jobs": ["{member_job_id}"], "name": "A part"}, ("member_job_id",)),
    Case("jobs:cluster_merge", {"into": "{other_cluster_id}"}, ("other_cluster_id",)),
    Case(
        "jobs:cluster_pin",
        {"one": "{loose_job_id}", "other": "{member_job_id}", "kind": "apart"},
        ("loose_job_id", "member_job_id"),
    ),
    Case(
        "jobs:cluster_pin_members",
        {"jobs": ["{member_job_id}", "{second_member_job_id}"], "kind": "together"},
        ("member_job_id", "second_member_job_id"),
    ),
    Case("jobs:ratings_save", {"{general_id}-fit": "3"}, ("general_id",)),
    Case("jobs:paper_make", {"snapshot": "{snapshot_id}"}, ("snapshot_id",)),
    Case("jobs:verbatim_link", {"job": "{general_id}", "polarity": "contradicts"}, ("general_id",)),
    Case("jobs:survey_new", {"name": "Autumn", "jobs": ["{general_id}"]}, ("general_id",)),
    Case("jobs:survey_edit", {"version": 1, "name": "Autumn", "add": ["{general_id}"]}, ("general_id",)),
    Case("strategy:action_link", {"elements": ["{element_id}"]}, ("element_id",)),
    Case(
        "strategy:action_edit",
        {
            "title": "Lend a bike",
            "phase": 1,
            "lane": "solutions",
            "size": "small",
            "change": "add",
            "owner": "{user_id}",
            "version": 1,
        },
        ("user_id",),
    ),
]
# Fields of forms that choose rows, and the case above that posts them
CHOICES = {
    "interviews.forms.interviews.InterviewForm.participant",
    "interviews.forms.transcripts.ImportForm.participant",
    "interviews.forms.transcripts.ImportForm.interview",
    "interviews.forms.codes.CodeMergeForm.into",
    "jobs.forms.jobs.JobFilterForm.interview",  # a filter in the address, below
    "jobs.forms.job_map.MoveForm.parent",
    "jobs.forms.job_map.MoveForm.before",
    "jobs.forms.job_map.AlsoForm.other",
    "jobs.forms.suggestions.SwitchForm.transcript",
    "jobs.forms.suggestions.AcceptForm.codes",
    "jobs.forms.clusters.PlaceForm.job",
    "jobs.forms.clusters.PlaceForm.to",
    "jobs.forms.clusters.MergeForm.into",
    "jobs.forms.clusters.JobsForm.jobs",
    "jobs.forms.clusters.PinForm.one",
    "jobs.forms.clusters.PinForm.other",
    "jobs.forms.clusters.PinMembersForm.jobs",
    "jobs.forms.clusters.PickForm.job",  # in the address, below
    "jobs.forms.matrix.MatrixForm.by",  # in the address, below
    "jobs.forms.papers.PaperForm.snapshot",
    "jobs.forms.verbatims.LinkForm.job",
    "jobs.forms.surveys.NewSurveyForm.jobs",
    "jobs.forms.surveys.SurveyForm.add",
    "strategy.forms.actions.LinkForm.elements",
    "strategy.forms.actions.ActionForm.owner",
    "strategy.forms.room.QuickActionForm.owner",  # in tests/strategy/test_workshop_pages.py
}


def stage(access: StudyAccess) -> dict[str, Any]:
    """The populated study, and a second row wherever a request ties two of them together."""
    ids = populate(access)
    study = access.study
    interview = study.interviews.get(pk=ids["interview_id"])
    job, general = study.jobs.get(pk=ids["job_id"]), study.jobs.get(pk=ids["general_id"])
    parent = make.make_job(study, interview=interview, statement="Get around")
    child = make.make_job(study, interview=interview, statement="Find a place", level="sub", parent=parent)
    members = [make.make_job(study, interview=interview, statement=f"Carry {n} bags") for n in range(2)]
    cluster = JobCluster.objects.create(study=study, name="Carrying")
    for member in members:
        ClusterMember.objects.create(study=study, cluster=cluster, job=member)
    study.surveys.update(state="draft")  # once opened, its words stand
    return ids | {
        "user_id": access.user.pk,
        "parent_id": parent.pk,
        "child_id": child.pk,
        "loose_job_id": make.make_job(study, interview=interview, statement="Arrive dry").pk,
        "member_job_id": members[0].pk,
        "second_member_job_id": members[1].pk,
        "cluster_id": cluster.pk,
        "other_cluster_id": JobCluster.objects.create(study=study, name="Another group").pk,
        "other_code_id": Code.objects.create(study=study, name="Grandmother").pk,
        "other_element_id": make.make_element(interview, note="It rained").pk,
        "job_id": job.pk,
        "general_id": general.pk,
    }


def written(value: Any, ids: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key.format(**ids): written(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [written(each, ids) for each in value]
    if value == "{user_id}":
        return ids["user_id"]
    return value.format(**ids) if isinstance(value, str) else value


def url_of(route: str, access: StudyAccess, ids: dict[str, Any]) -> str:
    return fill(path_of(route), access.study.slug, ids)


def path_of(route: str) -> str:
    """The pattern behind a name such as jobs:move."""
    namespace, _, name = route.partition(":")
    found = [path for path, entry in ROUTES.items() if entry.name == (name or namespace)]
    prefixed = [path for path in found if ROUTES[path].callback.__module__.startswith(namespace)]
    return (prefixed or found)[0]


def post(client: Client, case: Case, access: StudyAccess, ids: dict[str, Any], body: dict[str, Any]) -> Any:
    url = url_of(case.route, access, ids)
    if case.is_json:
        return client.post(url, json.dumps(body), content_type="application/json")
    return client.post(url, body)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.route} {' '.join(case.ids)}")
def test_an_id_of_another_study_in_the_body_changes_nothing(
    case: Case, owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, theirs, client = stage(owner), stage(outsider), login(owner)

    for name in case.ids:
        before = everything()
        response = post(client, case, owner, mine, written(case.body, mine | {name: theirs[name]}))
        assert response.status_code in {200, 302, 400, 404, 409, 422}, name
        assert changed(before) in ([], ["interviews.Interview"]), name  # a refused sync still counts its turn

    before = everything()
    post(client, case, owner, mine, written(case.body, mine))
    assert changed(before) != []


def test_prompts_of_another_study_are_refused_by_name_and_ours_are_ticked(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, theirs = stage(owner), stage(outsider)
    asked = {str(mine["prompt_id"]): True, str(theirs["prompt_id"]): True}

    answer = post(
        login(owner),
        Case("interviews:sync", {}, (), is_json=True),
        owner,
        mine,
        {"user": owner.user.pk, "changes": [], "asked": asked},
    )

    assert answer.json()["refused_prompts"] == [theirs["prompt_id"]]
    interview = owner.study.interviews.get(pk=mine["interview_id"])
    assert list(interview.asked.values_list("prompt", flat=True)) == [mine["prompt_id"]]
    assert outsider.study.interviews.get(pk=theirs["interview_id"]).asked.count() == 0


@pytest.mark.parametrize("route", ["interviews:sync", "interviews:code"])
def test_a_key_that_another_study_uses_makes_a_row_of_our_own(
    route: str, owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, theirs, client = stage(owner), stage(outsider), login(owner)
    bodies: dict[str, dict[str, Any]] = {
        "interviews:sync": {
            "user": owner.user.pk,
            "changes": [NEW_ITEM | {"client_id": str(theirs["client_id"])}],
        },
        "interviews:code": {"start": 0, "end": 4, "kind": "push", "client_id": str(theirs["client_id"])},
    }
    before = everything()

    response = post(client, Case(route, {}, (), is_json=route.endswith("sync")), owner, mine, bodies[route])

    assert response.status_code in {200, 201, 302}
    label = "interviews.Element"
    assert label in changed(before)
    after = everything()[label]
    assert [row for row in before[label] if row not in after] == []
    assert len(after) == len(before[label]) + 1


def test_a_card_of_another_canvas_is_not_reached_through_ours(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine = stage(owner)
    general = make.make_job(owner.study, scope="generalised", statement="Get everything home")
    elsewhere = make.make_card(make.make_canvas(general))
    before = everything()

    for name in ("card_agree", "card_action"):
        url = reverse(f"strategy:{name}", args=[owner.study.slug, mine["canvas_id"], elsewhere.pk])
        assert login(owner).post(url, {"version": 1, "text": "x"}).status_code == 404, name

    assert changed(before) == []


def test_a_seal_made_for_another_study_brings_nobody_back(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    seal = signing.dumps([outsider.study.pk, outsider.user.pk, "owner"], salt="member")
    other_salt = signing.dumps([owner.study.pk, outsider.user.pk, "owner"], salt="something else")
    url = reverse("studies:member_restore", args=[owner.study.slug])
    before = everything()

    answers = [
        login(owner).post(f"{url}?seal={each}").status_code for each in (seal, other_salt, "", "a:b:c")
    ]

    assert answers == [400] * 4
    assert changed(before) == []


@pytest.mark.parametrize(
    ("route", "parameter", "name"),
    [
        ("jobs:list", "interview", "interview_id"),
        ("jobs:map", "interview", "interview_id"),
        ("jobs:map", "job", "job_id"),
        ("strategy:actions", "canvas", "canvas_id"),
        ("strategy:actions", "owner", "user_id"),
        ("studies:activity", "person", "user_id"),
        ("interviews:new", "participant", "participant_id"),
        ("interviews:guide", "edit", "prompt_id"),
        ("interviews:codes", "edit", "code_id"),
        ("jobs:cluster_pin", "job", "job_id"),
        ("jobs:matrix", "by", "interview_id"),
        ("jobs:whatif", "against", "scenario_key"),
        ("jobs:whatif", "interview", "interview_id"),
    ],
)
def test_an_id_of_another_study_in_the_address_shows_nothing_of_it(
    route: str, parameter: str, name: str, owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, theirs = stage(owner), stage(outsider)
    secret = "A secret of somebody else"
    outsider.study.jobs.update(statement=secret)
    outsider.study.participants.update(pseudonym=secret)
    outsider.study.guide.update(text=secret)
    outsider.study.actions.update(title=secret)
    outsider.study.codes.filter(pk=theirs["code_id"]).update(name=secret)
    outsider.study.scenarios.update(name=secret)

    response = login(owner).get(url_of(route, owner, mine), {parameter: theirs[name]})

    assert response.status_code in {200, 404}
    assert secret not in response.text


def test_a_what_if_leaves_out_nobody_of_another_study(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, theirs = stage(owner), stage(outsider)
    url = url_of("jobs:scenario_save", owner, mine)

    for ids in (mine, theirs):
        login(owner).post(url, {"name": "Without", "state": f"interview={ids['interview_id']}"})

    ours, foreign = owner.study.scenarios.filter(name="Without").order_by("pk")
    assert list(ours.without_interviews.values_list("pk", flat=True)) == [mine["interview_id"]]
    assert foreign.without_interviews.count() == 0


def test_a_column_of_answers_is_not_tied_to_a_job_of_another_study(
    owner: StudyAccess, outsider: StudyAccess, login: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine, theirs, client = stage(owner), stage(outsider), login(owner)
    survey = upload_answers(owner, data=b"How important is it?\n5\n", filename="answers.csv")
    url = url_of("jobs:survey_columns", owner, mine | {"survey_id": survey.pk})
    before = everything()

    refused = client.post(url, {"what-0": "imp", "job-0": theirs["general_id"], "import": "all"})
    assert (refused.status_code, changed(before)) == (422, [])

    client.post(url, {"what-0": "imp", "job-0": mine["general_id"], "import": "all"})
    assert survey.items.get().job_id == mine["general_id"]


# --- nothing is forgotten ----------------------------------------------------------------------------
def form_classes() -> Iterator[type[forms.BaseForm]]:
    for app in ("studies", "interviews", "jobs", "journeys", "strategy", "cpd_site"):
        for module in modules(importlib.import_module(f"{app}.forms")):
            for _, found in inspect.getmembers(module, inspect.isclass):
                if issubclass(found, forms.BaseForm) and found.__module__ == module.__name__:
                    yield found


def modules(module: ModuleType) -> Iterator[ModuleType]:
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{module.__name__}.{found.name}")


def test_every_field_that_chooses_rows_is_posted_by_a_case_above() -> None:
    choosing = {
        f"{found.__module__}.{found.__name__}.{name}"
        for found in form_classes()
        for name, field in found.base_fields.items()
        if isinstance(field, forms.ModelChoiceField)
    }
    assert choosing == CHOICES
