"""Drawing the map of statements: encode, project outside any transaction, store with the run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jobs.encoders import sentence_encoder
from jobs.queries.cluster_map import MAP_KIND, MOST_STATEMENTS, Statement, statements
from jobs.vectors import remembering
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter, stage
from studies.runs import run_kind

ENCODED = 0.4  # of the whole


@run_kind(MAP_KIND, title="Drawing the map of statements", result_page="jobs:chart_map")
def draw_map(run: Run, report: Reporter) -> dict[str, Any]:
    """Equal words are one point. In the order of the words, so that the map does not depend on ids.

    The result: `points`, key of the words -> [x, y] on -1 to 1; `kept`, how true the map is (`Projection`
    says how); and how many `statements` it has.
    """
    from jobs.analysis.projection import project

    access = access_of(run)
    texts, groups = _material(statements(access.study))
    report(0, f"Reading {len(texts)} statements")
    encoder = remembering(access.study, sentence_encoder())
    vectors = encoder.encode(list(texts.values()))
    run.versions = {"encoder": f"{encoder.name} {encoder.version}"}
    found = project(vectors, [groups[key] for key in texts], report=stage(report, ENCODED, 1))
    points = {key: [float(x), float(y)] for key, (x, y) in zip(texts, found.points, strict=True)}
    return {"points": points, "kept": found.kept, "statements": len(texts)}


def _material(said: Iterable[Statement]) -> tuple[dict[str, str], dict[str, str]]:
    """Key -> words, and key -> group; statements in groups come first where there are too many."""
    texts: dict[str, str] = {}
    groups: dict[str, str] = {}
    for each in sorted(said, key=lambda each: (each.cluster_id is None, each.pk)):
        if each.key not in texts and len(texts) < MOST_STATEMENTS:
            texts[each.key], groups[each.key] = each.text, str(each.cluster_id or "")
    return dict(sorted(texts.items())), groups
