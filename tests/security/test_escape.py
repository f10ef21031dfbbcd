"""What people typed is text on every page: no element, no attribute, no script comes out of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from lxml import html

from interviews.models import Quote
from studies.access import StudyAccess
from studies.history import record
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill

MARKUP = "<x-evil onx=1>'\"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}`${1}`"
EVIL = f"{MARKUP} javascript:alert(1) </script></textarea></title><!--"
FIELDS = (
    "pseudonym segment tags note text statement name question switch q title goals reason rationale "
    "comment decision rule version phase lane elements kind role"
)
FILTERS = "q segment tag consent sort state page interview level dimension lens align kind column owner phase"
# Columns with free text; ids, keys and choices are ours
FREE = (models.CharField, models.TextField)


def poison(owner: StudyAccess, words: str = EVIL) -> None:
    """Every free text of the study becomes `words`, as far as it is long."""
    study = owner.study
    for relation in study._meta.related_objects:
        model = relation.related_model
        columns = {
            field.name: words[: field.max_length or None]
            for field in model._meta.concrete_fields
            if isinstance(field, FREE) and not field.choices and not _is_ours(model, field)
        }
        if columns:
            rows = model._base_manager.filter(study=study)
            for number, row in enumerate(rows):
                for name, value in columns.items():
                    limit = model._meta.get_field(name).max_length or len(value) + 4
                    setattr(row, name, f"{value}{number}"[:limit])
                row.save(update_fields=list(columns))
    study.name, study.question, study.switch, study.sample_frame = (words[:100],) * 4
    study.phase_labels = {str(n): words[:40] for n in (1, 2, 3, 4)}
    study.save()
    study.participants.update(tags=[words[:40], "x"])
    study.elements.update(detail={"trigger": words, "what": words}, verbatim=words)
    for transcript in study.transcripts.all():
        _rewrite(transcript, words)
    owner.user.first_name = words[:150]
    owner.user.save()
    record(owner, "study.edited", study, label=words)


def _is_ours(model: Any, field: Any) -> bool:
    return (model.__name__, field.name) in {
        ("Transcript", "text"),
        ("Transcript", "text_digest"),
        ("Transcript", "source_digest"),
        ("TranscriptDraft", "source_digest"),
        ("Quote", "text"),
        ("HistoryEntry", "verb"),
        ("HistoryEntry", "target_type"),
        ("HistoryEntry", "target_id"),
        ("Run", "kind"),
        ("Run", "input_digest"),
        ("Invitation", "token_digest"),
        ("Interview", "timezone"),
        ("LintDismissal", "rule"),
        ("Scenario", "key"),
        ("Survey", "token"),
        ("Survey", "digest"),
        ("Verbatim", "text_hash"),
        ("VerbatimSource", "digest"),
    }


def _rewrite(transcript: Any, words: str) -> None:
    """A transcript never changes in the product: here its words become hostile with its turns and quotes."""
    transcript.text = words * 2
    transcript.save(update_fields=["text"])
    transcript.turns.all().delete()
    for number in range(2):
        transcript.turns.create(
            number=number,
            speaker=words[:80],
            role="participant",
            start=number * len(words),
            end=(number + 1) * len(words),
        )
    Quote.objects.filter(transcript=transcript).update(start=1, end=len(words) - 1, text=words)


def evil_in(markup: str) -> list[str]:
    """Elements and attributes that only hostile text can have made."""
    tree = html.fromstring(markup) if markup.strip() else html.Element("p")
    found = [element.tag for element in tree.iter("x-evil")]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        found += [f"{element.tag} {name}" for name in element.attrib if name.startswith("on")]
        found += [
            f"{element.tag} {name}"
            for name in ("href", "src", "action", "formaction", "hx-get", "hx-post")
            if element.get(name, "").strip().lower().startswith(("javascript:", "data:text"))
        ]
        if element.tag == "script" and not element.get("src") and "json" not in element.get("type", ""):
            found.append(f"script {element.text}")
        if element.tag == "img" and element.get("src") == "x":
            found.append("img")
    return found


def evil_in_page(response: Any) -> list[str]:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return evil_in(response.text) if is_page else []


def test_the_search_for_hostile_markup_finds_it() -> None:
    assert len(evil_in(f"<p>{MARKUP}</p>")) >= 4


@pytest.fixture
def ids(owner: StudyAccess) -> dict[str, Any]:
    found = populate(owner)
    poison(owner)
    return found


@pytest.mark.parametrize("htmx", [False, True])
def test_hostile_text_stays_text_on_every_page(
    htmx: bool, owner: StudyAccess, ids: dict[str, Any], login: Any
) -> None:
    client, headers = login(owner), {"HX-Request": "true"} if htmx else {}
    wrong, seen = {}, 0
    for route in ROUTES:
        url = fill(route, owner.study.slug, ids)
        response = client.get(url, headers=headers)
        if response.status_code >= 500:
            wrong[route] = [str(response.status_code)]
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        seen += EVIL[:12] in html.fromstring(response.text.strip() or "<p>").text_content()
        if found := evil_in(response.text):
            wrong[route] = found
    assert wrong == {}
    assert seen > 20


def test_hostile_text_stays_text_outside_of_studies(
    owner: StudyAccess, ids: dict[str, Any], login: Any
) -> None:
    client = login(owner)
    assert {url: evil_in(client.get(url).text) for url in ("/", "/new/", "/import/", "/account/email/")} == {
        url: [] for url in ("/", "/new/", "/import/", "/account/email/")
    }


def test_a_form_that_is_shown_again_keeps_hostile_text_as_text(
    owner: StudyAccess, ids: dict[str, Any], login: Any
) -> None:
    """Empty posts and posts with every field hostile: the page that comes back repeats what was typed."""
    client, wrong = login(owner), {}
    client.raise_request_exception = False
    names = FIELDS.split()
    for route in ROUTES:
        url = fill(route, owner.study.slug, ids)
        if "delete" in url or "remove" in url or "leave" in url:
            continue
        response = client.post(url, dict.fromkeys(names, EVIL[:90]))
        if response.status_code >= 500:
            wrong[route] = [str(response.status_code)]
        elif found := evil_in_page(response):
            wrong[route] = found
    assert wrong == {}


def test_the_addresses_of_filters_repeat_nothing_as_markup(owner: StudyAccess, login: Any) -> None:
    populate(owner)
    client, wrong = login(owner), {}
    names = FILTERS.split()
    for route in ROUTES:
        if "<int:" not in route:
            response = client.get(
                f"/{route.replace('<slug:slug>', owner.study.slug)}", dict.fromkeys(names, EVIL)
            )
            if found := evil_in_page(response):
                wrong[route] = found
    assert wrong == {}
