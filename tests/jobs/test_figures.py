"""The figures of the demo study against Plotly's own schema, whose script the browser draws them with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.graph_objects as go
from django.test import Client
from django.urls import reverse
from plotly.offline import get_plotlyjs_version

from jobs.views.charts import KINDS
from studies.models import Study

TOKEN = re.compile(r'"--[a-z\d-]+"')  # a colour, by its name in tokens.css
FIGURE = re.compile(r'<script id="figure-[^"]*" type="application/json">(.*?)</script>', re.DOTALL)


def test_plotly_takes_every_chart_of_the_demo_study(demo: Study, client: Client) -> None:
    client.force_login(demo.memberships.get(role="owner").user)
    address = reverse("jobs:charts", args=[demo.slug])
    pages = [client.get(f"{address}?show={kind}").content.decode() for kind in KINDS]
    figures = [words for page in pages for words in FIGURE.findall(page)]

    assert len(figures) == len(KINDS) - 1  # the map is drawn when somebody asks for it
    for words in figures:
        figure = json.loads(TOKEN.sub('"black"', words))
        go.Figure(figure["data"], figure["layout"])  # ValueError names what Plotly does not know


def test_the_script_is_of_the_version_whose_schema_is_asked() -> None:
    locked = json.loads(Path("package-lock.json").read_text())["packages"]

    assert locked["node_modules/plotly.js-basic-dist-min"]["version"] == get_plotlyjs_version()
