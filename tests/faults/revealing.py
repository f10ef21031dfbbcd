"""A process that prepares, reveals or looks at cards written silently, for test_reveal_killed.py to kill."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from typing import Any

import django

PEOPLE, CARDS = 6, 15


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def prepare() -> None:
    """Six drafts of fifteen cards each, by the seats of people who are elsewhere by now."""
    from strategy.actions.sheets import changing
    from strategy.actions.silence import begin_silence
    from strategy.document import CardData, put_card
    from strategy.models import Sheet
    from strategy.order import key_between

    leader, number = _leader(), 0
    begin_silence(leader)
    for person in range(PEOPLE):
        sheet = Sheet.objects.create(
            study=leader.canvas.study, canvas=leader.canvas, seat=f"g{9000 + person}"
        )
        position = ""
        with changing(sheet, sheet.seat) as doc:
            for _ in range(CARDS):
                number, position = number + 1, key_between(position, "")
                key = f"00000000-0000-4000-8000-{number:012}"
                put_card(doc, CardData(key, 1 + number % 4, "need", position, "idea", f"Hidden {number}"))


def reveal(writes: int = 0) -> None:
    """Stands still before its write of that number, for ever: whoever listens may then kill it."""
    from django.db import connection

    from strategy.actions.silence import reveal

    leader, left = _leader(), [writes]

    def stop_at_it(execute: Any, sql: str, *rest: Any) -> Any:
        left[0] -= sql.startswith(("INSERT", "UPDATE", "DELETE"))
        if left[0] == 0:
            say("half-way")
            sys.stdin.read()
        return execute(sql, *rest)

    say("revealing")
    with connection.execute_wrapper(stop_at_it) if writes else nullcontext():
        reveal(leader)
    say("revealed")


def look() -> None:
    """What is hidden and what is shown, in the log and in the rows."""
    from strategy.actions.sheets import shared_sheet
    from strategy.document import read_cards
    from strategy.live import store
    from strategy.queries.workshops import being_written, running

    canvas = _leader().canvas
    cards = read_cards(store.load(shared_sheet(canvas).pk).doc).values()
    workshop = running(canvas)
    told = {
        "hidden": being_written(canvas)[0],
        "silent": bool(workshop and workshop.silent),
        "shown": sum(card.text.startswith("Hidden ") for card in cards),
        "rows": canvas.cards.filter(text__startswith="Hidden ").count(),
    }
    say(json.dumps(told))


def _leader():  # type: ignore[no-untyped-def]
    """The owner of the first canvas leads its workshop."""
    from strategy.actions.workshops import start_workshop
    from strategy.models import Canvas
    from strategy.queries.workshops import running
    from strategy.seats import member_seat
    from studies.access import open_study

    canvas = Canvas.objects.order_by("pk").select_related("study", "job")[0]
    owner = canvas.study.memberships.get(role="owner").user
    if running(canvas) is None:
        start_workshop(open_study(owner, canvas.study.slug), canvas=canvas)
    return member_seat(owner, canvas.pk)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")
    django.setup()
    {"prepare": prepare, "reveal": reveal, "look": look}[sys.argv[1]](*map(int, sys.argv[2:]))
