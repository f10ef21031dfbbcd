"""What chaos does to the database from processes of their own: python -m tests.strategy.stage <what>.

`make`: a canvas with people; `fold`: for ever, until killed; `check`: log, rows and copies agree.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def made() -> dict[str, Any]:
    from strategy.actions.sheets import shared_sheet
    from studies.roles import Role
    from tests import factories as make
    from tests.strategy.windows import cookie_of

    owner = make.make_access(Role.OWNER)
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    people = [make.make_access(Role.STRATEGIST, study=owner.study).user for _ in range(6)]
    return {
        "canvas": canvas.pk,
        "sheet": shared_sheet(canvas).pk,
        "cookies": [cookie_of(user) for user in people],
    }


def fold_for_ever(sheet: int) -> None:
    from strategy.actions.projection import project
    from strategy.live import store

    while True:
        project(sheet)
        store.fold(sheet)
        time.sleep(0.01)


def checked(sheet: int, settled: dict[str, Any]) -> dict[str, Any]:
    from strategy.actions.projection import project, rebuild
    from strategy.document import read_cards
    from strategy.live import store
    from strategy.models import Sheet
    from tests.strategy.hands import document_of, missing

    project(sheet)
    ours, theirs = store.load(sheet).doc, document_of(settled)
    canvas = Sheet.objects.get(pk=sheet).canvas
    return {
        "missing": missing(ours, settled["promised"]),
        "log_is_like_the_copies": read_cards(ours) == read_cards(theirs),
        "rows_to_change": rebuild(canvas)["changed"],
        "acknowledged": sum(settled["promised"].values()),
        "cards": len(read_cards(ours)),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")
    import django

    django.setup()
    what, *rest = sys.argv[1:]
    if what == "make":
        sys.stdout.write(json.dumps(made()))
    elif what == "fold":
        fold_for_ever(int(rest[0]))
    elif what == "check":
        settled = json.load(sys.stdin)
        sys.stdout.write(json.dumps(checked(int(rest[0]), settled)))


if __name__ == "__main__":
    main()
