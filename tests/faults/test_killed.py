"""Processes of the running product are killed in the middle of work.

What was acknowledged is there afterwards, and nothing is there by half.
"""

from __future__ import annotations

import random
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import requests

from scripts.main_pages import EMAIL, SLUG, password
from tests.e2e.test_capture import live_interview
from tests.plugins.running import Studio

pytestmark = pytest.mark.e2e
TURNS = 1500


class Visitor:
    """A browser without a screen: cookies and the token of this site."""

    def __init__(self, studio: Studio) -> None:
        self.url, self.session = studio.url, requests.Session()
        self.post("/account/login/", {"login": EMAIL, "password": password(studio.data_dir)})

    def get(self, path: str) -> Any:
        return self.session.get(self.url + path, timeout=60)

    def post(self, path: str, data: Any = None, **more: Any) -> Any:
        if "csrftoken" not in self.session.cookies:
            self.get("/account/login/")
        headers = {"X-CSRFToken": self.session.cookies["csrftoken"], "Referer": self.url}
        return self.session.post(
            self.url + path, data, headers=headers | more.pop("headers", {}), timeout=60, **more
        )

    @property
    def number(self) -> int:
        """Who is signed in, as the live page tells it."""
        found = re.search(r'"user": (\d+)', self.get(f"/s/{SLUG}/interviews/1/capture/").text)
        return int(found.group(1)) if found else 0


def rows(data_dir: Path, query: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(data_dir / "db.sqlite3", timeout=20)) as database:
        return database.execute(query, values).fetchall()


def sound(data_dir: Path) -> bool:
    return rows(data_dir, "PRAGMA integrity_check") == [("ok",)] and not rows(
        data_dir, "PRAGMA foreign_key_check"
    )


@pytest.fixture
def restarted(demo_data: Path) -> Iterator[Any]:
    """Starts the product on the same data, as often as a test asks for it."""
    started: list[Studio] = []

    def start() -> Studio:
        for studio in started:
            studio.stop()
        studio = Studio(demo_data)
        started.append(studio)
        studio.wait_until_ready()
        return studio

    yield start
    for studio in started:
        studio.stop()


def kill(process: psutil.Process) -> None:
    process.kill()
    process.wait(60)


def child(studio: Studio, words: str) -> psutil.Process:
    """The process of the group whose command holds `words`."""
    found = [one for one in studio.process.children() if words in " ".join(one.cmdline())]
    assert found, words
    return found[0]


# --- an import ---------------------------------------------------------------------------------------
def transcript() -> str:
    return "\n\n".join(
        f"{'Interviewer' if n % 2 == 0 else 'Zoe'}: Satz {n} {'und so weiter ' * 12}🚐" for n in range(TURNS)
    )


def import_of(data_dir: Path) -> tuple[int, int, int, int]:
    """How many drafts, transcripts, turns and interviews the imported person has."""
    return (
        len(rows(data_dir, "SELECT 1 FROM interviews_transcriptdraft WHERE filename = 'Zoe.txt'")),
        len(rows(data_dir, "SELECT 1 FROM interviews_transcript WHERE filename = 'Zoe.txt'")),
        rows(
            data_dir,
            "SELECT count(*) FROM interviews_turn t JOIN interviews_transcript s ON s.id = t.transcript_id "
            "WHERE s.filename = 'Zoe.txt'",
        )[0][0],
        rows(
            data_dir,
            "SELECT count(*) FROM interviews_interview i JOIN interviews_participant p "
            "ON p.id = i.participant_id WHERE p.pseudonym = 'Zoe'",
        )[0][0],
    )


def test_the_web_process_killed_during_an_import_leaves_a_draft_or_a_whole_transcript(
    restarted: Any, demo_data: Path
) -> None:
    studio, words, moments = restarted(), transcript(), random.Random(7)
    for attempt in range(4):
        visitor = Visitor(studio)
        if import_of(demo_data)[0] == 0:
            answer = visitor.post(f"/s/{SLUG}/import/", files={"files": ("Zoe.txt", words.encode())})
            assert answer.status_code == 200, answer.text[:500]
        draft = rows(demo_data, "SELECT id FROM interviews_transcriptdraft WHERE filename = 'Zoe.txt'")[0][0]
        answers = {"target": "new", "pseudonym": "Zoe", "role-0": "interviewer", "role-1": "participant"}
        posting = threading.Thread(target=_try, args=(visitor, f"/s/{SLUG}/import/{draft}/confirm/", answers))
        posting.start()
        time.sleep(moments.uniform(0.02, 0.25) if attempt else 0.08)
        kill(child(studio, "uvicorn"))
        posting.join()
        assert studio.process.wait(60) != 0
        assert "web was ended by SIGKILL, so everything was stopped" in studio.output

        studio = restarted()
        assert sound(demo_data)
        left = import_of(demo_data)
        assert left in {(1, 0, 0, 0), (0, 1, TURNS, 1)}
        if left[1]:
            break

    if import_of(demo_data)[0]:
        assert Visitor(studio).post(f"/s/{SLUG}/import/{draft}/confirm/", answers).status_code == 200
        assert import_of(demo_data) == (0, 1, TURNS, 1)


def _try(visitor: Visitor, path: str, data: Any) -> None:
    try:
        visitor.post(path, data)
    except requests.RequestException:
        return


# --- captures ----------------------------------------------------------------------------------------
def test_nothing_acknowledged_is_lost_however_the_product_is_killed(restarted: Any, demo_data: Path) -> None:
    """Items are sent one after the other while a process of the product is killed; each 200 is a promise."""
    studio = restarted()
    interview, acknowledged, attempted = live_interview(studio), [], []
    for victim in ("uvicorn", "celery", "valkey", "everything"):
        visitor = Visitor(studio)
        me, deadline = visitor.number, time.monotonic() + 60
        after = len(acknowledged) + 12
        killed = False
        while time.monotonic() < deadline:
            client_id = str(uuid4())
            attempted.append(client_id)
            try:
                answer = visitor.post(
                    f"/s/{SLUG}/interviews/{interview}/elements/sync/",
                    json={
                        "user": me,
                        "changes": [
                            {
                                "client_id": client_id,
                                "base_version": 0,
                                "fields": {"note": f"Note {client_id}"},
                            }
                        ],
                    },
                )
            except requests.RequestException:
                break
            if answer.status_code == 200 and answer.json()["results"][0]["state"] == "saved":
                acknowledged.append(client_id)
            if len(acknowledged) >= after and not killed:
                threading.Timer(0.01, _kill, args=(studio, victim)).start()
                killed = True
        assert killed
        studio = restarted()
        assert sound(demo_data)

    stored = rows(
        demo_data,
        "SELECT client_id, note FROM interviews_element WHERE interview_id = ? AND note LIKE 'Note %'",
        interview,
    )
    kept = {client_id.replace("-", ""): note for client_id, note in stored}
    assert len(stored) == len(kept)
    assert [one for one in acknowledged if one.replace("-", "") not in kept] == []
    assert set(kept.values()) <= {f"Note {one}" for one in attempted}
    assert len(acknowledged) >= 48


def _kill(studio: Studio, victim: str) -> None:
    if victim == "everything":
        for process in [*studio.process.children(recursive=True), studio.process]:
            process.kill()
    else:
        kill(child(studio, victim))
