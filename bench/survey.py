"""The public survey page on PostgreSQL, as `manage.py up` serves it, with 200 people answering at once.

What "at once" means here: a closed loop. 200 people have the page open at any moment; each reads it, thinks
for 2 to 6 seconds, sends, sees the thanks, and after a second the next one takes the place. Real people think
for minutes, so this is the load of several thousand of them. Some are unlucky: they press twice, lose the
connection after sending and send again, or come back to correct an answer. Afterwards every row is compared
with what its respondent sent last. Each place has an address of its own, as a proxy would tell it.

Times are the client's, from connecting to the last byte read; it shares the machine with the server. Every
answer is on the disk before it is thanked for: this PostgreSQL waits for each commit.
"""

from __future__ import annotations

import asyncio
import html
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.product import Product, running
from bench.table import Figure, p95
from scripts.services import postgres, valkey

ROOT = Path(__file__).resolve().parent.parent
PLACES, PEOPLE, JOBS = 200, 10_000, 10
THINKING, PAUSE = (2.0, 6.0), 1.0  # seconds
TWICE, CUT_OFF, BACK_AGAIN = 0.05, 0.05, 0.02  # shares of unlucky people
LIMIT_MS = 50
KEY = re.compile(rb'name="key" value="([^"]+)"')
FORM = "Content-Type: application/x-www-form-urlencoded"
Answers = dict[str, dict[str, int]]


@dataclass
class Tally:
    """`sent`: respondent's key -> the answers that must be in the database."""

    to_do: int
    waits: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": [], "thanks": []})
    sent: dict[str, Answers] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    repeats: int = 0


def measure() -> Iterator[Figure]:
    with _surroundings() as (database, token), running() as product:
        tally = Tally(int(os.environ.get("BENCH_PEOPLE", PEOPLE)))
        started, worked, own = time.perf_counter(), _processor_seconds(product), time.process_time()
        asyncio.run(_everybody(tally, product.url, token))
        seconds = time.perf_counter() - started
        worked, own = _processor_seconds(product) - worked, time.process_time() - own
        kept = _kept(database)
    yield from _waits(tally, f"{PLACES} places, {len(tally.sent) / seconds:.0f} people a second")
    requests = sum(map(len, tally.waits.values()))
    yield Figure("web process, processor time a request", 1000 * worked / requests, "ms")
    yield Figure("web process, share of a core", 100 * worked / seconds, "%")
    yield Figure("the simulated people themselves, share of a core", 100 * own / seconds, "%")
    yield from _losses(tally, kept)


def _waits(tally: Tally, note: str) -> Iterator[Figure]:
    for name in ("GET", "POST", "thanks"):
        waits = sorted(tally.waits[name])
        middle = waits[len(waits) // 2]
        yield Figure(f"survey {name}", p95(waits), "ms p95", LIMIT_MS, f"{note}, n {len(waits):,}", middle)


def _losses(tally: Tally, kept: dict[str, Answers]) -> Iterator[Figure]:
    """What the database holds against what was sent."""
    lost = sum(kept.get(key) != answers for key, answers in tally.sent.items())
    refused = "; ".join(sorted(set(tally.refused)))
    yield Figure("people who answered", len(tally.sent), "", None, f"{tally.repeats:,} sendings were repeats")
    yield Figure("answers lost or changed", lost, "", 0)
    yield Figure("answers doubled or from nobody", len(set(kept) - set(tally.sent)), "", 0)
    yield Figure("requests refused or broken", len(tally.refused), "", 0, refused)


def _processor_seconds(product: Product) -> float:
    times = [process.cpu_times() for process in product.parts()["web"]]
    return sum(each.user + each.system for each in times)


# --- the product ---------------------------------------------------------------------------------------
@contextmanager
def _surroundings() -> Iterator[tuple[str, str]]:
    """Database and survey, and an environment of their own for the processes that are started."""
    before = dict(os.environ)
    with postgres(forgetful=False) as database, valkey() as cache, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": database, "REDIS_URL": cache, "DATA_DIR": folder, "BEHIND_PROXY": "1"}
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], check=True)
        try:
            yield database, _prepare()
        finally:
            os.environ.clear()
            os.environ |= before


def _prepare() -> str:
    """The token of an open survey, made by a process that has these surroundings."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.survey"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


def _make_survey() -> str:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")
    django.setup()
    from django.contrib.auth import get_user_model

    from jobs.actions.statements import add_job
    from jobs.actions.surveys import make_survey, open_survey
    from jobs.models import Job
    from studies.actions.studies import create_study

    user = get_user_model().objects.create_user("bench", "bench@example.org", "bench")
    access = create_study(user, name="Load", bare=True)
    scope = Job.Scope.GENERALISED
    jobs = [add_job(access, statement=f"Carry {n} bags home", scope=scope) for n in range(JOBS)]
    return open_survey(access, make_survey(access, name="Load", jobs=jobs)).token


def _kept(database: str) -> dict[str, Answers]:
    import psycopg2

    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT respondent, answers FROM jobs_surveyresponse")
        return dict(cursor.fetchall())


# --- the people ----------------------------------------------------------------------------------------
async def _everybody(tally: Tally, url: str, token: str) -> None:
    await asyncio.gather(*(_place(number, tally, url, token) for number in range(PLACES)))


async def _place(number: int, tally: Tally, url: str, token: str) -> None:
    luck = random.Random(number)
    await asyncio.sleep(luck.uniform(0, THINKING[1]))  # nobody opens a page at the same instant
    while tally.to_do > 0:
        tally.to_do -= 1
        await _Person(tally, url, token, luck, f"10.0.{number // 250}.{number % 250}").answer()
        await asyncio.sleep(PAUSE)


class _Person:
    """One browser: a connection of its own, a cookie, a form."""

    def __init__(self, tally: Tally, url: str, token: str, luck: random.Random, address: str) -> None:
        self.tally, self.luck, self.address = tally, luck, address
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        self.path, self.cookie, self.key = f"/survey/{token}/", "", ""

    async def answer(self) -> None:
        try:
            await self._visit(self._choose())
            if self.luck.random() < BACK_AGAIN:
                self.tally.repeats += 1
                await self._visit(self._choose())
        except (OSError, asyncio.IncompleteReadError) as broken:
            self.tally.refused.append(type(broken).__name__)

    def _choose(self) -> Answers:
        asked = (f"q{number}" for number in range(1, JOBS + 1))
        return {key: {what: self.luck.randint(1, 5) for what in ("imp", "sat")} for key in asked}

    async def _visit(self, answers: Answers) -> None:
        page = await self._timed("GET", "GET", self.path)
        found = KEY.search(page)
        if not found:
            self.tally.refused.append("a page without a form")
            return
        self.key = html.unescape(found[1].decode())
        await asyncio.sleep(self.luck.uniform(*THINKING))
        await self._send(answers)
        self.tally.sent[self.key.partition(":")[0]] = answers
        await self._timed("thanks", "GET", f"{self.path}thanks/en/")

    async def _send(self, answers: Answers) -> None:
        given = {f"{key}.{what}": n for key, each in answers.items() for what, n in each.items()}
        body = urlencode({"key": self.key} | given | {"end": 1})
        fate = self.luck.random()
        if fate < CUT_OFF:
            await self._cut_off(body)
        if CUT_OFF <= fate < CUT_OFF + TWICE:
            self.tally.repeats += 1
            await asyncio.gather(*(self._timed("POST", "POST", self.path, body) for _ in range(2)))
        else:
            await self._timed("POST", "POST", self.path, body)

    async def _cut_off(self, body: str) -> None:
        """The answers leave, the connection breaks before anything comes back."""
        self.tally.repeats += 1
        _, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(self._request("POST", self.path, body))
        await writer.drain()
        await asyncio.sleep(self.luck.uniform(0, 0.01))
        writer.transport.abort()

    async def _timed(self, name: str, method: str, path: str, body: str = "") -> bytes:
        """One request on a connection of its own, connecting included."""
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(self._request(method, path, body))
        status, content = await self._read(reader)
        self.tally.waits[name].append(1000 * (time.perf_counter() - started))
        writer.close()
        if status != (303 if method == "POST" else 200):
            self.tally.refused.append(f"{name} {status}")
        return content

    def _request(self, method: str, path: str, body: str) -> bytes:
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"X-Forwarded-For: {self.address}",
            "Accept-Language: en",
            *([f"Cookie: respondent={self.cookie}"] if self.cookie else []),
            *([FORM, f"Content-Length: {len(body)}"] if body else []),
        ]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        if set_cookie := re.search(rb'set-cookie: respondent="?([^";\r]+)', head, re.IGNORECASE):
            self.cookie = set_cookie[1].decode()
        if length := re.search(rb"content-length: (\d+)", lower):
            return int(head[9:12]), await reader.readexactly(int(length[1]))
        return int(head[9:12]), await self._chunks(reader)

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := int(await reader.readline(), 16):
            content += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return content


if __name__ == "__main__":
    print(_make_survey())
