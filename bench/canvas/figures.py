"""The live canvas: how long people on one canvas wait for each other, beside the servers of others.

The project's server runs as `make run` starts it, keeps every edit before anybody sees it, and asks everybody
who they are. Hocuspocus writes two seconds later, y-websocket never; both run on the same load in the same
run, in turns. One Node process plays all people, so what it takes itself is in every time.
CANVAS_ROUNDS and CANVAS_SECONDS make it shorter.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.canvas import people, servers
from bench.canvas.servers import Ours, Server, play
from bench.table import Figure
from scripts.services import valkey
from strategy.live.hub import LETTING_GO_EVERY, QUIET

ROUNDS = int(os.environ.get("CANVAS_ROUNDS", "3"))
SECONDS = float(os.environ.get("CANVAS_SECONDS", "8"))
RATE, CARDS = 5, 50  # edits a second and person; cards of a canvas
PEOPLE = (2, 10, 30)
CANVASES, EACH = 6, 10
ROOMS, CARDS_AT_REST = 600, 60
SECONDS_TO_REST = QUIET + LETTING_GO_EVERY + 25  # all of them at once, on a machine that is busy
P50_SHARE, P50_MS, P99_MS, BUSY_MS = 1.2, 10, 60, 30
CPU_PERCENT, MEMORY_MB, ROOM_KB = 25, 60, 10
SYNC_SHARE, AGAIN_MS = 0.5, 45
ACROSS_MS = {"another process, without Redis": 150, "another process, by Redis": 20}
Round = dict[str, Any]
Rounds = dict[str, list[Round]]  # title of the server -> what was measured


def measure() -> Iterator[Figure]:
    people.cookies()  # also: there is a study, so no demo is loaded
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(prefix="studio-peers-") as folder:
        for part in (_together, _large_document):
            yield from part(Path(folder))
            loads.append(os.getloadavg()[0])
    for other in (_at_rest, _across):
        yield from other()
        loads.append(os.getloadavg()[0])
    yield Figure("load of the machine, most", max(loads), "", None, f"least {min(loads):.1f}")


# --- people on one canvas ------------------------------------------------------------------------------
def _together(folder: Path) -> Iterator[Figure]:
    with _everybody(folder) as running:
        rounds: dict[int, Rounds] = {count: {} for count in PEOPLE}
        many: list[Round] = []
        for _ in range(ROUNDS):
            for count in PEOPLE:
                for server in running:
                    rounds[count].setdefault(server.title, []).append(_round(server, [count]))
            many.append(_round(running[0], [EACH] * CANVASES))
    for count in PEOPLE:
        yield from _of_one_canvas(count, rounds[count])
    yield from _of_many_canvases(many)


@contextmanager
def _everybody(folder: Path) -> Iterator[list[Server]]:
    with ExitStack() as stack:
        running: list[Server] = [stack.enter_context(servers.product())]
        if servers.peers_are_there():
            running += [
                stack.enter_context(servers.hocuspocus(folder)),
                stack.enter_context(servers.y_websocket()),
            ]
        yield running


def _round(server: Server, sizes: list[int]) -> Round:
    """So many people on each of some new documents."""
    everyone = iter(range(sum(sizes)))
    documents = [(server.new_document(), size) for size in sizes]
    windows = [server.window(name, next(everyone)) for name, size in documents for _ in range(size)]
    return _edit(server, windows)


def _edit(
    server: Server, windows: list[servers.Window], halfway: Callable[[], None] | None = None, **job: Any
) -> Round:
    """The figures of the people, and the server's share of a core and its memory while they edit."""
    spent = began = 0.0
    found: Round = {}
    work = {"proto": server.proto, "windows": windows, "rate": RATE, "seconds": SECONDS, "cards": CARDS}
    for line in play("load.mjs", **work, **job):
        if line == "start\n":
            spent, began = servers.cpu_seconds(server), time.monotonic()
            if halfway:
                time.sleep(SECONDS / 2)
                halfway()
        elif line == "end\n":
            found["cpu"] = 100 * (servers.cpu_seconds(server) - spent) / (time.monotonic() - began)
            found["memory"] = servers.megabytes(server)
        else:
            found |= json.loads(line)
    return found


def _of_one_canvas(count: int, rounds: Rounds) -> Iterator[Figure]:
    name, ours = f"{count} people", rounds["ours"]
    limits = {"p50": P50_MS, "p99": P99_MS} if count == max(PEOPLE) else {}
    for share in ("p50", "p95", "p99"):
        yield _compared(f"{name}: shown to the others, {share}", rounds, share, "ms", limits.get(share))
    if count == 10 and "Hocuspocus" in rounds:
        pairs = zip(ours, rounds["Hocuspocus"], strict=True)
        ratios = [own["p50"] / other["p50"] for own, other in pairs]
        note = "in each round: " + ", ".join(f"{ratio:.2f}" for ratio in ratios)
        ratio = statistics.median(ratios)
        yield Figure(f"{name}: p50 as a share of Hocuspocus's", ratio, "×", P50_SHARE, note)
    for share in ("p50", "p99"):
        kept = statistics.median(each["ack"][share] for each in ours)
        yield Figure(f"{name}: kept, and its author told so, {share}", kept, "ms")
    busiest = count == max(PEOPLE)
    yield _compared(f"{name}: web process, of a core", rounds, "cpu", "%", CPU_PERCENT if busiest else None)
    yield _compared(f"{name}: web process, memory", rounds, "memory", "MB", MEMORY_MB if busiest else None)
    yield from _lost(name, ours)


def _of_many_canvases(rounds: list[Round]) -> Iterator[Figure]:
    name = f"{CANVASES * EACH} people on {CANVASES} canvases"
    for share in ("p50", "p99"):
        limit = BUSY_MS if share == "p99" else None
        value, lag = _median(rounds, share), _median(rounds, "lag99")
        yield Figure(f"{name}: shown, {share}", value, "ms", limit, f"Node itself: {lag:.0f} ms behind (p99)")
    yield Figure(f"{name}: kept, p99", statistics.median(each["ack"]["p99"] for each in rounds), "ms")
    yield Figure(f"{name}: web process, of a core", _median(rounds, "cpu"), "%")
    yield from _lost(name, rounds)


def _compared(name: str, rounds: Rounds, key: str, unit: str, limit: float | None) -> Figure:
    own = _median(rounds["ours"], key)
    others = {title: _median(theirs, key) for title, theirs in rounds.items() if title != "ours"}
    note = "; ".join(f"{title} {value:.1f}, × {own / value:.2f}" for title, value in others.items())
    return Figure(name, own, unit, limit, note)


def _median(rounds: list[Round], key: str) -> float:
    return statistics.median(each[key] for each in rounds)


def _lost(name: str, rounds: list[Round]) -> Iterator[Figure]:
    """Edits that somebody did not see, that nobody was told are kept, and rounds whose windows differ."""
    seen, expected = (sum(each[key] for each in rounds) for key in ("seen", "expected"))
    apart = sum(not each["converged"] or each["closed"] > 0 for each in rounds)
    unkept = sum(each["unacknowledged"] for each in rounds)
    note = f"of {expected:,}; rounds that did not end alike: {apart} of {len(rounds)}"
    yield Figure(f"{name}: lost", max(expected - seen, unkept, apart), "", 0, note)


# --- a large document ----------------------------------------------------------------------------------
def _large_document(folder: Path) -> Iterator[Figure]:
    """500 cards, 10,000 updates by 30 people: the first window after a start, then others."""
    documents, rounds = _fill_large(folder), Rounds()
    for _ in range(ROUNDS):
        with _everybody(folder) as running:
            for server in running[:2]:
                found = _sync(server, documents[server.title], folder, fresh=6, again=5)
                first, *later = found["fresh"]
                again = statistics.median(found["again"])
                times = {"cold": first, "warm": statistics.median(later), "again": again}
                rounds.setdefault(server.title, []).append(times)
    yield _compared("500 cards: first window after a start", rounds, "cold", "ms", None)
    yield _compared("500 cards: another window", rounds, "warm", "ms", None)
    yield _compared("500 cards: back again with all of it", rounds, "again", "ms", AGAIN_MS)
    if "Hocuspocus" in rounds:
        pairs = zip(rounds["ours"], rounds["Hocuspocus"], strict=True)
        share = statistics.median(own["warm"] / other["warm"] for own, other in pairs)
        yield Figure("another window, as a share of Hocuspocus's", share, "×", SYNC_SHARE)


def _fill_large(folder: Path) -> dict[str, str]:
    """Title of a server -> its document."""
    with _everybody(folder) as running:
        documents = {server.title: server.new_document() for server in running[:2]}
        _sync(running[0], documents["ours"], folder, make=True)
        for server in running[1:2]:
            _sync(server, documents[server.title], folder, push=True)
    canvas = people.study().study.canvases.get(pk=documents["ours"])
    people.fill(canvas, people.updates_in(folder / "updates.json"))
    return documents


def _sync(server: Server, document: str, folder: Path, **job: Any) -> Round:
    work = {"proto": server.proto, "window": server.window(document), "folder": str(folder)}
    found: Round = json.loads(list(play("sync.mjs", **work, **job))[-1])
    return found


# --- rooms where nobody does anything ------------------------------------------------------------------
def _at_rest() -> Iterator[Figure]:
    """What rooms add: as many windows, each in a room of its own and all in one. Before that all rooms were
    open once, so that what the database keeps of their tables is in both. A process grows a little with all
    that it does: so the rooms come between two readings without them."""
    rooms = [str(people.canvas_with(CARDS_AT_REST).pk) for _ in range(ROOMS)]
    together = rooms[:1] * ROOMS
    with servers.web() as server:
        _memory(server, rooms)
        before, apart, after = (_memory(server, each) for each in (together, rooms, together))
    added, unsure = apart - (before + after) / 2, abs(after - before) / 2
    note = (
        f"{ROOMS} windows take {apart:.1f} MB in as many rooms, {before:.1f} and {after:.1f} MB in one:"
        f" ± {1000 * unsure / ROOMS:.1f}"
    )
    yield Figure("a room with 60 cards, at rest", 1000 * added / ROOMS, "kB", ROOM_KB, note)


def _memory(server: Ours, rooms: list[str]) -> float:
    windows = [server.window(room, person) for person, room in enumerate(rooms)]
    with servers.node("rest.mjs") as process:
        assert process.stdin
        assert process.stdout
        print(json.dumps({"proto": server.proto, "windows": windows}), file=process.stdin, flush=True)
        assert process.stdout.readline() == "open\n"
        time.sleep(SECONDS_TO_REST)
        return servers.megabytes(server)


# --- several processes ---------------------------------------------------------------------------------
def _across() -> Iterator[Figure]:
    """Six people, every other one at another web process; only what crosses over is counted."""
    yield from _of_processes("another process, without Redis", _round_across())
    with valkey() as redis:
        yield from _of_processes("another process, by Redis", _round_across(REDIS_URL=redis))
    with valkey() as redis:
        broker = _newest_child()
        killed = _round_across(halfway=broker.kill, REDIS_URL=redis)
    yield from _of_processes("another process, Redis killed half-way", killed)


def _newest_child() -> psutil.Process:
    return max(psutil.Process().children(), key=lambda child: child.create_time())


def _round_across(halfway: Callable[[], None] | None = None, **environment: str) -> Round:
    with servers.web(**environment) as one, servers.web(**environment) as other:
        canvas = one.new_document()
        windows = [(one, other)[person % 2].window(canvas, person) for person in range(6)]
        return _edit(one, windows, halfway, across=True)


def _of_processes(name: str, found: Round) -> Iterator[Figure]:
    note = f"p50 {found['p50']:.1f}, p95 {found['p95']:.1f}"
    yield Figure(f"{name}: p99", found["p99"], "ms", ACROSS_MS.get(name), note)
    yield from _lost(name, [found])
