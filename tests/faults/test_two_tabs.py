"""Two tabs editing one thing: whoever saves second sees both texts, and decides; nothing goes silently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.urls import reverse

from interviews.models import GuidePrompt
from jobs.models import JobCluster, PrioritySettings
from studies.access import StudyAccess
from tests import factories as make

Body = Callable[[str], dict[str, Any]]


class Tab(NamedTuple):
    """What is edited: its address, what a tab posts that was opened before the other one saved, its row."""

    url: str
    body: Body
    stands: Callable[[], str]
    is_json: bool = False


def participant(access: StudyAccess) -> Tab:
    row = make.make_participant(access.study)
    return Tab(
        reverse("interviews:participant_edit", args=[access.study.slug, row.pk]),
        lambda words: {"pseudonym": row.pseudonym, "note": words, "version": row.version},
        lambda: str(access.study.participants.get(pk=row.pk).note),
    )


def job(access: StudyAccess) -> Tab:
    row = make.make_job(access.study)
    same = {"pattern": row.pattern, "level": row.level, "version": row.version}
    return Tab(
        reverse("jobs:edit", args=[access.study.slug, row.pk]),
        lambda words: same | {"statement": words},
        lambda: str(access.study.jobs.get(pk=row.pk).statement),
    )


def settings_of_the_study(access: StudyAccess) -> Tab:
    study = access.study
    same = {"name": study.name, "sample_size": 12, "version": study.version}
    return Tab(
        reverse("studies:settings", args=[study.slug]),
        lambda words: same | {"question": words},
        lambda: str(type(study).objects.get(pk=study.pk).question),
    )


def action(access: StudyAccess) -> Tab:
    row = make.make_action(make.make_canvas(make.make_job(access.study, scope="generalised")))
    same = {"phase": 1, "lane": row.lane, "size": row.size, "change": row.change, "version": 1}
    return Tab(
        reverse("strategy:action_edit", args=[access.study.slug, row.pk]),
        lambda words: same | {"title": words},
        lambda: str(access.study.actions.get(pk=row.pk).title),
    )


def element(access: StudyAccess) -> Tab:
    row = make.make_element(make.make_interview(access.study))
    return Tab(
        reverse("interviews:element_edit", args=[access.study.slug, row.pk]),
        lambda words: {"kind": row.kind, "note": words, "version": 1},
        lambda: str(access.study.elements.get(pk=row.pk).note),
    )


def goals(access: StudyAccess) -> Tab:
    PrioritySettings.objects.create(study=access.study)
    return Tab(
        reverse("jobs:goals", args=[access.study.slug]),
        lambda words: {"goals": words, "version": 1},
        lambda: "\n".join(PrioritySettings.objects.get(study=access.study).goals),
    )


def prompt(access: StudyAccess) -> Tab:
    row = GuidePrompt.objects.create(study=access.study, text="As it was", phase=1)
    return Tab(
        reverse("interviews:prompt_edit", args=[access.study.slug, row.pk]),
        lambda words: {"text": words, "phase": 1, "seen": "As it was"},
        lambda: str(access.study.guide.get(pk=row.pk).text),
    )


def group(access: StudyAccess) -> Tab:
    row = JobCluster.objects.create(study=access.study, name="As it was")
    return Tab(
        reverse("jobs:cluster_rename", args=[access.study.slug, row.pk]),
        lambda words: {"name": words, "seen": "As it was"},
        lambda: str(access.study.jobclusters.get(pk=row.pk).name),
    )


EDITABLE = [participant, job, settings_of_the_study, action, element, goals, prompt, group]


@pytest.mark.parametrize("make_tab", EDITABLE, ids=lambda make_tab: make_tab.__name__)
def test_the_second_tab_sees_both_texts_and_overwrites_nothing(
    make_tab: Callable[[StudyAccess], Tab], owner: StudyAccess, as_role: Any, login: Any
) -> None:
    from studies.roles import Role

    tab, colleague = make_tab(owner), as_role(Role.OWNER)
    assert login(colleague).post(tab.url, tab.body("Theirs, saved first")).status_code in {200, 302}
    assert tab.stands() == "Theirs, saved first"

    second = login(owner).post(tab.url, tab.body("Mine, typed meanwhile"))

    assert second.status_code == 409
    shown = second.json()["panel"] if second["Content-Type"] == "application/json" else second.text
    assert "Theirs, saved first" in shown
    assert "Mine, typed meanwhile" in shown
    assert tab.stands() == "Theirs, saved first"
