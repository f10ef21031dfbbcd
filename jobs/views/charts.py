"""One chart at a time, of whom and how many as the address says; and the same rows as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from jobs import charts
from jobs.actions import priorities as actions
from jobs.actions.cluster_map import start_map
from jobs.actions.group_changes import ClusterRefused
from jobs.charts import Chart
from jobs.forms.charts import ChartForm, View
from jobs.forms.matrix import SaturationForm
from jobs.queries import charts as queries
from jobs.queries import priority_table as table
from jobs.queries.cluster_map import cluster_map as map_of
from jobs.queries.cluster_map import latest_map_run
from jobs.queries.priorities import Known, known
from jobs.queries.priority_table import Line
from jobs.queries.saturation import curve
from studies.access import StudyAccess, study_view
from studies.pages import download
from studies.roles import Verb
from studies.spreadsheet import csv_lines


@dataclass
class Asking:
    """What one chart may need; each part is read when it is asked for."""

    access: StudyAccess
    request: HttpRequest
    view: View

    @cached_property
    def known(self) -> Known:
        return known(self.access.study)

    @cached_property
    def lines(self) -> list[Line]:
        """In rank order, what is not ranked last."""
        ranking = actions.ranking(self.access, known=self.known)
        return table.lines(self.access.study, ranking, judged=False, jobs=self.known.jobs)

    @cached_property
    def segments(self) -> Sequence[queries.Segment]:
        return queries.segments(self.known)

    @property
    def names(self) -> list[str]:
        """The segments that this chart can be drawn for."""
        of = KINDS[self.view.show].of
        if of == "respondents":
            return queries.respondent_segments(self.known)
        return [each.name for each in self.segments] if of == "interviews" else []

    @property
    def runs(self) -> dict[str, int]:
        """How saturation is told: base, run and threshold."""
        return SaturationForm(self.request.GET).chosen()

    @property
    def query(self) -> str:
        """The address of exactly this view, after the question mark."""
        view = {"show": self.view.show, "segment": self.view.segment, "top": self.view.top or "all"}
        return urlencode(view | (self.runs if self.view.show == "saturation" else {}))

    @property
    def within(self) -> frozenset[int] | None:
        """The interviews of the chosen segment; None: all."""
        chosen = (each.interviews for each in self.segments if each.name == self.view.segment)
        return next(chosen, None)


def _limited(asking: Asking, chart: Chart, jobs: int = 0) -> Chart:
    """Whom it is limited to, and to the first of how many, stands in its base: a picture is shown alone."""
    view = asking.view
    whose = f" of “{view.segment}”" if view.segment and view.show != "prevalence" else ""
    first = f", the first {view.top} of {jobs} jobs" if view.top and jobs > view.top else ""
    return replace(chart, base=f"{chart.base}{whose}{first}", part=slugify(view.segment))


def _cut(asking: Asking, found: Sequence[Any], draw: Callable[[Sequence[Any]], Chart]) -> Chart:
    return _limited(asking, draw(found[: asking.view.top]), len(found))


def _asked(asking: Asking, chart: Chart) -> Chart:
    """Where there is no job, nobody can be asked about one."""
    return chart if asking.known.facts else replace(chart, empty=charts.NO_JOBS)


def _ranked(asking: Asking) -> list[Line]:
    return [line for line in asking.lines if line.rank]


def _landscape(asking: Asking) -> Chart:
    found, source, people = queries.asked(asking.known, asking.lines, segment=asking.view.segment)
    drawn = _cut(asking, found, lambda first: charts.landscape(first, source, people))
    return _asked(asking, drawn)


def _intervals(asking: Asking) -> Chart:
    return _cut(asking, _ranked(asking), charts.rank_intervals)


def _contributions(asking: Asking) -> Chart:
    return _cut(asking, _ranked(asking), charts.contributions)


def _prevalence(asking: Asking) -> Chart:
    shown = queries.shown_segments(asking.segments, asking.view.segment)
    return _cut(asking, queries.heard(asking.known, shown), lambda first: charts.prevalence(first, shown))


def _forces(asking: Asking) -> Chart:
    found, interviews = queries.leaning(asking.known, asking.lines, within=asking.within)
    return _cut(asking, found, lambda first: charts.forces(first, interviews))


def _kano(asking: Asking) -> Chart:
    found, people = queries.kano(asking.known, asking.lines, segment=asking.view.segment)
    return _asked(asking, _cut(asking, found, lambda first: charts.kano(first, people)))


def _saturation(asking: Asking) -> Chart:
    found = curve(asking.access.study, within=asking.within, **asking.runs)
    return _limited(asking, charts.saturation(found))


def _map(asking: Asking) -> Chart:
    return charts.cluster_map(map_of(asking.access.study, groups=asking.view.top))


@dataclass(frozen=True)
class Kind:
    """`of`: whose segments it can be drawn for; `tops`: what it can be limited to the first of."""

    label: str
    draw: Callable[[Asking], Chart]
    of: str = ""
    tops: str = "Jobs"


KINDS = {
    "landscape": Kind("Opportunity", _landscape, "respondents"),
    "intervals": Kind("Rank intervals", _intervals),
    "contributions": Kind("Contributions", _contributions),
    "prevalence": Kind("Segments", _prevalence, "interviews"),
    "forces": Kind("Forces", _forces, "interviews"),
    "kano": Kind("Kano", _kano, "respondents"),
    "map": Kind("Map", _map, tops="Groups"),
    "saturation": Kind("Saturation", _saturation, "interviews", tops=""),
}


FIRST = next(iter(KINDS))


def _asking(request: HttpRequest, access: StudyAccess) -> tuple[Asking, ChartForm]:
    """What the address asks for; the first chart where it makes no sense."""
    show = request.GET.get("show", "")
    asking = Asking(access, request, View(show if show in KINDS else FIRST))
    form = ChartForm(asking.view.show, asking.names, request.GET)
    asking.view = form.view()
    return asking, form


@study_view()
@require_GET
def gallery(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    asking, form = _asking(request, access)
    kind = KINDS[asking.view.show]
    context = {
        "access": access,
        "nav": "priorities",
        "chart": kind.draw(asking),
        "kinds": [(key, each.label) for key, each in KINDS.items()],
        "kind": kind,
        "form": form,
        "view": asking.view,
        "query": asking.query,
        "map_run": latest_map_run(access.study) if asking.view.show == "map" else None,
    }
    return render(request, "jobs/charts.html", context)


@study_view()
@require_GET
def chart_csv(request: HttpRequest, access: StudyAccess) -> StreamingHttpResponse:
    """Exactly the rows that the page of the same address shows."""
    asking, _ = _asking(request, access)
    chart = KINDS[asking.view.show].draw(asking)
    lines = csv_lines([head.label for head in chart.heads], (row.cells for row in chart.rows))
    return download(
        lines, "text/csv", f"{access.study.slug}-{chart.file}-{timezone.localdate():%Y-%m-%d}.csv"
    )


@study_view()
@require_GET
def chart_map(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Where the run that drew it leads to."""
    return redirect(f"{reverse('jobs:charts', args=[access.study.slug])}?show=map")


@study_view(needs=Verb.CODE)
@require_POST
def chart_map_draw(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    try:
        start_map(access)
    except ClusterRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("jobs:chart_map", access.study.slug)
