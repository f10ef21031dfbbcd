"""Headless people in a Node process who edit a canvas over a bad network (tests/canvas/hands.mjs)."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Any

from pycrdt import Doc

from scripts import machine

DRIVER = machine.ROOT / "tests/canvas/hands.mjs"


class Hands:
    """`tell` and `ask` are lines of JSON; answers come in any order."""

    def __init__(self, **options: Any) -> None:
        command = [str(machine.node()[0]), str(DRIVER), json.dumps(options)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=machine.ROOT
        )
        self.answers: dict[str, Queue[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            self.answers.setdefault(answer.pop("does"), Queue()).put(answer)

    def tell(self, does: str, **options: Any) -> None:
        assert self.process.stdin
        self.answers.setdefault(does, Queue())
        self.process.stdin.write(json.dumps({"does": does, **options}) + "\n")
        self.process.stdin.flush()

    def answer(self, does: str, seconds: float) -> dict[str, Any]:
        try:
            return self.answers[does].get(timeout=seconds)
        except Empty:
            raise AssertionError(f"no answer to {does} within {seconds:.0f} s") from None

    def is_done(self, does: str) -> bool:
        return not self.answers[does].empty()

    def ask(self, does: str, seconds: float = 60, **options: Any) -> dict[str, Any]:
        self.tell(does, **options)
        return self.answer(does, seconds)


@contextmanager
def hands(**options: Any) -> Iterator[Hands]:
    people = Hands(**options)
    try:
        yield people
    finally:
        people.process.kill()
        people.process.wait()


def document_of(settled: dict[str, Any]) -> Doc[Any]:
    """What all of them have in the end."""
    from strategy.document import new_doc  # here: whoever only drives these people needs no Django
    from strategy.live.store import apply

    doc = new_doc()
    apply(doc, base64.b64decode(settled["update"]))
    return doc


def missing(doc: Doc[Any], promised: dict[str, int]) -> dict[str, int]:
    """Of what was acknowledged, by author, how much the document lacks."""
    from strategy.live.protocol import clocks

    known = clocks(doc.get_state())
    short = {client: clock - known.get(int(client), 0) for client, clock in promised.items()}
    return {client: lack for client, lack in short.items() if lack > 0}
