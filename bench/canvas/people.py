"""Sixty members of a study, signed in, and as many canvases as are asked for."""

from __future__ import annotations

import base64
import json
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from jobs.actions.statements import add_job
from jobs.models import Job
from strategy.actions.canvases import open_canvas
from strategy.actions.projection import project
from strategy.actions.sheets import shared_sheet
from strategy.document import LANES, CardData, new_doc, put_card
from strategy.live import store
from strategy.models import Canvas
from studies.access import StudyAccess
from studies.actions.studies import create_study
from studies.models import Membership
from studies.roles import Role

PEOPLE = 60
_numbers = count(1)


@cache
def study() -> StudyAccess:
    owner = get_user_model().objects.create(username="canvas-owner", email="owner@example.org")
    return create_study(owner, name="Many people on a canvas", bare=True)


@cache
def cookies() -> list[str]:
    """Of signed-in members, as their browsers send them."""
    return [_cookie(number) for number in range(PEOPLE)]


def _cookie(number: int) -> str:
    email = f"person{number}@example.org"
    user = get_user_model().objects.create(username=email, email=email)
    Membership.objects.create(study=study().study, user=user, role=Role.STRATEGIST)
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def new_canvas() -> Canvas:
    statement = f"Carry {next(_numbers)} bags home"
    return open_canvas(study(), job=add_job(study(), statement=statement, scope=Job.Scope.GENERALISED))


def canvas_with(cards: int) -> Canvas:
    """A canvas on which so many cards were written, their rows included."""
    canvas, doc = new_canvas(), new_doc()
    with doc.transaction():
        for number in range(cards):
            put_card(doc, _card(number))
    fill(canvas, [doc.get_update()])
    return canvas


def _card(number: int) -> CardData:
    phase, lane = 1 + number % 4, LANES[number % len(LANES)]
    text = f"Sticky note {number} about what people could be offered"
    return CardData(str(uuid4()), phase, lane, f"V{number:04d}V", text=text)


def fill(canvas: Canvas, updates: list[bytes]) -> None:
    """As the live server keeps them: in the log, as rows of cards, and then folded."""
    sheet = shared_sheet(canvas)
    for at in range(0, len(updates), 100):
        store.append([(sheet.pk, "", update) for update in updates[at : at + 100]])
    project(sheet.pk)
    store.fold(sheet.pk)


def updates_in(file: Path) -> list[bytes]:
    return [base64.b64decode(update) for update in json.loads(file.read_text())]
