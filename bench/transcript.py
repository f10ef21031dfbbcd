"""A three-hour transcript: 30,000 words in 1,500 turns; how long reading and importing take."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from bench.server import PAGE_MS, client_of, scaled_study
from bench.table import Figure, timed, timings
from interviews.actions.elements import add_elements
from interviews.actions.interviews import create_interview
from interviews.actions.participants import add_participant
from interviews.actions.quotes import add_quote
from interviews.actions.transcripts import import_draft, read_upload
from interviews.models import Transcript

TURNS, WORDS, QUOTES, SECONDS = 1500, 30_000, 500, 2.0


def measure() -> Iterator[Figure]:
    access = scaled_study()
    interview = create_interview(access, participant=add_participant(access, pseudonym="Three hours"))
    data = three_hours().encode()
    started = time.perf_counter()
    draft = read_upload(access, data=data, filename="three-hours.txt")
    read = time.perf_counter()
    roles = {"Interviewer": "interviewer", "Guest": "participant"}
    transcript = import_draft(access, draft=draft, interview=interview, roles=roles)
    done = time.perf_counter()
    yield Figure("words", len(transcript.text.split()), "")
    yield Figure("turns", transcript.turns.count(), "")
    yield Figure("read", read - started, "s")
    yield Figure("read and import", done - started, "s", SECONDS)
    with_quotes(transcript)
    yield Figure("quotes", transcript.quotes.count(), "")
    client, url = client_of(access), f"/s/{access.study.slug}/transcripts/{transcript.pk}/"
    timing = timings(lambda: client.get(url), 20)
    yield timed("its page, server time", timing, PAGE_MS)


def three_hours() -> str:
    """Turns of varied length whose words repeat as little as speech does."""
    chance = random.Random(7)
    vocabulary = [f"{stem}{ending}" for stem in STEMS for ending in ("", "s", "ed", "ing")]
    lines = []
    for turn in range(TURNS):
        who, at = ("Interviewer", "Guest")[turn % 2], turn * 7
        words = " ".join(chance.choices(vocabulary, k=WORDS // TURNS))
        lines.append(f"{who}  {at // 3600}:{at // 60 % 60:02}:{at % 60:02}\n{words.capitalize()}.\n")
    return "\n".join(lines)


def with_quotes(transcript: Transcript) -> None:
    """500 quotes with an element each, spread over the text; once."""
    if transcript.quotes.exists():
        return
    access = scaled_study()
    turns = list(transcript.turns.filter(role="participant"))[:QUOTES]
    quotes = [
        add_quote(access, transcript=transcript, start=turn.start, end=turn.start + 40) for turn in turns
    ]
    rows = [{"kind": "push", "note": "A note", "quote": quote} for quote in quotes]
    add_elements(access, interview=transcript.interview, rows=rows)


STEMS = [
    "walk",
    "talk",
    "rain",
    "turn",
    "look",
    "call",
    "wait",
    "hold",
    "ask",
    "start",
    "help",
    "work",
    "play",
    "open",
    "climb",
    "carry",
    "lift",
    "push",
    "pull",
    "load",
    "park",
    "count",
    "plan",
    "test",
    "need",
    "want",
    "seem",
    "happen",
    "change",
    "learn",
    "move",
    "pass",
    "stop",
    "remember",
    "mention",
    "follow",
    "watch",
    "add",
    "allow",
    "offer",
]
