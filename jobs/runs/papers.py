"""Making the board paper: read once, write each document, keep them all or none."""

from __future__ import annotations

from typing import Any

from jobs.actions.papers import keep_papers
from jobs.actions.priorities import ranking
from jobs.models import Paper
from jobs.papers.tree import TOP_JOBS
from jobs.queries.papers import RUN_KIND, material_of
from jobs.queries.workbook import colleague, sheets_of
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter
from studies.runs import RunFailed, run_kind


@run_kind(RUN_KIND, title="Board paper", result_page="jobs:papers")
def make_papers(run: Run, report: Reporter) -> dict[str, Any]:
    """PDF, slides and workbook from one reading of the ranking, or of the approval that `params` name. The
    result counts the jobs and the documents. Raises RunFailed where no job is ranked."""
    from jobs.papers.content import board_paper
    from jobs.papers.pdf import write_pdf
    from jobs.papers.slides import write_slides
    from jobs.papers.workbook import write_workbook

    access = access_of(run)
    report(0.05, "Reading the ranking")
    snapshot = access.study.snapshots.select_related("by").filter(pk=run.params.get("snapshot")).first()
    material = material_of(access.study, ranking(access), snapshot, top=TOP_JOBS)
    if not any(row.rank for row in material.standings):
        raise RunFailed("No job is ranked yet, so there is nothing to put before a board.")
    paper = board_paper(material)
    report(0.2, "Setting the pages")
    files = {Paper.Kind.PDF: write_pdf(paper, authors=[colleague(access.user)])}
    report(0.4, "Drawing the slides")
    files[Paper.Kind.SLIDES] = write_slides(paper)
    report(0.6, "Filling the workbook")
    title = f"{material.study}: the numbers behind the board paper"
    files[Paper.Kind.WORKBOOK] = write_workbook(sheets_of(access.study, material), title=title)
    report(0.95, "Keeping the documents")
    keep_papers(access, run=run, snapshot=snapshot, files=files)
    return {"jobs": len(paper.ranking.rows), "documents": len(files)}
