"""Making the file of a canvas in the background: read once, set, keep."""

from __future__ import annotations

from typing import Any

from strategy.actions.papers import keep_export
from strategy.actions.versions import version_label
from strategy.papers.tree import CanvasPaper
from strategy.queries.papers import RUN_KIND, canvas_paper
from studies.access import access_of
from studies.history import person_name
from studies.models import Run
from studies.progress import Reporter
from studies.runs import RunFailed, run_kind


@run_kind(RUN_KIND, title="Canvas to take along")
def make_export(run: Run, report: Reporter) -> dict[str, Any]:
    access = access_of(run)
    report(0.05, "Reading the canvas")
    canvas = access.study.canvases.select_related("job").filter(pk=run.params.get("canvas")).first()
    if canvas is None:
        raise RunFailed("This canvas was deleted meanwhile.")
    canvas.study = canvas.job.study = access.study
    paper = canvas_paper(canvas, version=version_label(canvas))
    report(0.3, "Setting the pages")
    data = _written(run, paper, [person_name(access.user)])
    report(0.9, "Keeping the file")
    keep_export(run, canvas, data)
    return {"version": paper.version, "cards": sum(1 for _ in paper.cards())}


def _written(run: Run, paper: CanvasPaper, authors: list[str]) -> bytes:
    """The libraries that set pages are heavy: only the process that needs one loads it."""
    if run.params["format"] == "pptx":
        from strategy.papers.slides import write_slides

        return write_slides(paper)
    from strategy.papers.sheet import write_pdf, write_png

    if run.params["format"] == "png":
        return write_png(paper, authors=authors)
    return write_pdf(paper, sheet=run.params["sheet"], authors=authors)
