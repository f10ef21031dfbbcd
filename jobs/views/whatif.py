"""What if the weights were others, or some people had not been asked? Live, by address, and never stored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jobs.actions import priorities, scenarios
from jobs.forms.scenarios import NameForm, ScenarioForm
from jobs.models import Job, Scenario
from jobs.queries import priorities as known_facts
from jobs.queries import whatif as queries
from jobs.standing import LETTERS, WEIGHTED
from studies.access import StudyAccess, study_view
from studies.pages import by_htmx, render_page_or_partial, say_done
from studies.roles import Verb

LISTED = 200  # respondents that can be left out one by one; more are left out by segment
LINES = 200  # jobs shown; the numbers are those of all


@study_view()
@require_GET
def whatif(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The page, or its result where a slider asks."""
    base = _base(access, request.GET.get("base", ""))
    return _answer(request, access, base, queries.read_state(request.GET, base.weights, base))


@study_view()
@require_GET
def scenario(request: HttpRequest, access: StudyAccess, scenario_key: str) -> HttpResponse:
    found = get_object_or_404(access.study.scenarios.select_related("created_by"), key=scenario_key)
    return _answer(request, access, _base(access, ""), queries.state_of(found), opened=found)


def _base(access: StudyAccess, digest: str) -> queries.Base:
    """The numbers that the page was opened with, or those of now."""
    if base := queries.kept_base(access.study, digest):
        return base
    known = known_facts.known(access.study)
    return queries.base_of(access.study, known, priorities.ranking(access, known=known))


def _answer(
    request: HttpRequest,
    access: StudyAccess,
    base: queries.Base,
    state: queries.State,
    *,
    status: int = 200,
    opened: Scenario | None = None,
    **more: Any,
) -> HttpResponse:
    """`opened`: the saved what-if that the page shows; `more` may hold a form that was refused."""
    opened = opened or _opened(access, request.GET.get("from", ""))
    scenario = opened if opened and _counts(queries.state_of(opened)) == _counts(state) else None
    against = access.study.scenarios.filter(key=request.GET.get("against", "")).first()
    query = state.query(base.weights, against=against.key if against else "")
    context = {
        "access": access,
        "nav": "priorities",
        "base": base,
        "state": state,
        "query": query,
        "against": against,
        **_compared(access, base, state, against),
        "n": sum(voice.startswith("interview:") for voice in base.voices),
        "scenario": scenario,
        "left": None if scenario else opened,
    }
    if not by_htmx(request):
        context |= _controls(access, base, state) | more
    response = render_page_or_partial(
        request, "jobs/whatif.html", "jobs/_whatif_result.html", context, status=status
    )
    response["HX-Replace-Url"] = _address(access, scenario, against, query)
    return response


def _compared(
    access: StudyAccess, base: queries.Base, state: queries.State, against: Scenario | None
) -> dict[str, Any]:
    """How the jobs rank in `state`, beside the what-if `against` or, without one, today's ranking."""
    named = f"“{against.name}”" if against else "today’s ranking"
    there = queries.ranked(base, queries.state_of(against)) if against else base.rows
    statements = dict(access.study.jobs.filter(scope=Job.Scope.GENERALISED).values_list("pk", "statement"))
    moved = queries.compared(queries.ranked(base, state), there, statements)
    return {
        "named": named,
        "lines": [line for line in moved if line.rank][:LINES],
        "gated": [line for line in moved if not line.rank],
        "summary": queries.summary(moved, named),
    }


def _opened(access: StudyAccess, key: str) -> Scenario | None:
    """The saved what-if that the page was opened as."""
    named = access.study.scenarios.select_related("created_by")
    return named.filter(key=key).first() if key else None


def _address(access: StudyAccess, scenario: Scenario | None, against: Scenario | None, query: str) -> str:
    """What can be sent to others: a saved what-if keeps its name, also beside another one."""
    if scenario:
        query = f"against={against.key}" if against else ""
        path = reverse("jobs:scenario", args=[access.study.slug, scenario.key])
    else:
        path = reverse("jobs:whatif", args=[access.study.slug])
    return f"{path}?{query}" if query else path


def _counts(state: queries.State) -> Any:
    return state.counting, state.without


def _controls(access: StudyAccess, base: queries.Base, state: queries.State) -> dict[str, Any]:
    """Everything that can be moved or switched; only the whole page needs it."""
    interviews = access.study.interviews.select_related("participant")
    asked = sorted(key[len("respondent:") :] for key in base.voices if key.startswith("respondent:"))
    gone = state.without.respondents
    return {
        "sliders": [_slider(key, base, state) for key in WEIGHTED],
        "top_weight": queries.TOP_WEIGHT,
        "segments": queries.segments(base.voices),
        "interviews": [row for row in interviews if f"interview:{row.pk}" in base.voices],
        "respondents": sorted(gone) + [key for key in asked if key not in gone][:LISTED],
        "more_respondents": max(len(asked) - LISTED, 0),
        "scenarios": access.study.scenarios.select_related("created_by"),
        "form": ScenarioForm(),
    }


def _slider(key: str, base: queries.Base, state: queries.State) -> dict[str, Any]:
    return {
        "key": key,
        "name": WEIGHTED[key],
        "letter": LETTERS[key],
        "weight": state.weights[key],
        "today": base.weights.get(key, 0),
        "off": key in state.off,
    }


# --- saved -------------------------------------------------------------------------------------------------
@study_view(needs=Verb.COMMENT)
@require_POST
def scenario_save(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form, base = ScenarioForm(request.POST), _base(access, "")
    state = queries.read_state(QueryDict(request.POST.get("state", "")[:20_000]), base.weights, base)
    if not form.is_valid():
        return _answer(request, access, base, state, form=form, status=422)
    given = form.cleaned_data
    row = scenarios.save_scenario(access, name=given["name"], note=given["note"], state=state)
    messages.success(request, f"Saved as “{row.name}”. Its address can be sent to anybody in the study.")
    return redirect("jobs:scenario", access.study.slug, row.key)


@study_view(needs=Verb.COMMENT)
@require_POST
def scenario_rename(request: HttpRequest, access: StudyAccess, scenario_key: str) -> HttpResponse:
    row = get_object_or_404(access.study.scenarios, key=scenario_key)
    form = NameForm(request.POST)
    if form.is_valid():
        scenarios.rename_scenario(access, scenario=row, name=form.cleaned_data["name"])
        undo = reverse("jobs:scenario_rename_undo", args=[access.study.slug, row.key])
        say_done(request, f"Renamed: “{row.name}”.", undo=undo)
    else:
        messages.error(request, f"“{row.name}” keeps its name. " + " ".join(map(str, form.errors["name"])))
    return redirect("jobs:scenario", access.study.slug, row.key)


@study_view(needs=Verb.COMMENT)
@require_POST
def scenario_rename_undo(request: HttpRequest, access: StudyAccess, scenario_key: str) -> HttpResponse:
    row = get_object_or_404(access.study.scenarios, key=scenario_key)
    scenarios.take_back_name(access, scenario=row)
    messages.success(request, f"It is called “{row.name}” again.")
    return redirect("jobs:scenario", access.study.slug, row.key)


@study_view(needs=Verb.COMMENT)
@require_POST
def scenario_delete(request: HttpRequest, access: StudyAccess, scenario_key: str) -> HttpResponse:
    row = get_object_or_404(access.study.scenarios, key=scenario_key)
    scenarios.set_scenario_deleted(access, scenario=row, deleted=True)
    undo = reverse("jobs:scenario_restore", args=[access.study.slug, row.key])
    say_done(request, f"“{row.name}” deleted.", undo=undo)
    return redirect("jobs:whatif", access.study.slug)


@study_view(needs=Verb.COMMENT)
@require_POST
def scenario_restore(request: HttpRequest, access: StudyAccess, scenario_key: str) -> HttpResponse:
    row: Scenario = get_object_or_404(access.study.scenarios(manager="with_trash"), key=scenario_key)
    scenarios.set_scenario_deleted(access, scenario=row, deleted=False)
    messages.success(request, f"“{row.name}” brought back.")
    return redirect("jobs:scenario", access.study.slug, row.key)
