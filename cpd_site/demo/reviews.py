"""The demo's reviews: survey answers, reviews and tickets stand beside the interviews."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files import File

from jobs.actions.verbatims import link_group, rename_group, store_groups, upload_source
from jobs.models import Job, VerbatimSource
from jobs.runs.verbatims import import_rows
from studies.access import StudyAccess

HERE = Path(__file__).parent


def add_reviews(access: StudyAccess, general: Mapping[str, Job]) -> None:
    """Reviews as their import and their grouping left them: the groups come from the file, because loading
    the encoder would take longer than all the rest."""
    plan = json.loads((HERE / "reviews.json").read_text())
    facts = {name: plan[name] for name in ("name", "kind", "mapping")}
    with (HERE / "reviews.csv").open("rb") as file:
        source = upload_source(access, file=File(file, name="reviews.csv"), **facts)
    import_rows(access, source, lambda fraction, message: None)
    _group(access, source, plan["groups"])
    groups = {group.name: group for group in source.groups.all()}
    for name, better in plan["names"].items():
        rename_group(access, group=groups[name], name=better)
    for link in plan["links"]:
        job = general[link["job"]]
        link_group(access, group=groups[link["group"]], job=job, polarity=link["polarity"])


def _group(access: StudyAccess, source: VerbatimSource, groups: list[dict[str, Any]]) -> None:
    ids = dict(source.verbatims.values_list("row", "pk"))
    places = [
        (ids[row], index, similarity)
        for index, group in enumerate(groups)
        for row, similarity in group["rows"]
    ]
    told = [{name: group[name] for name in ("name", "phrases", "cohesion")} for group in groups]
    store_groups(access, source=source, run=None, groups=told, places=places)
