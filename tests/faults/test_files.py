"""Files that nobody should send: each is answered on the page in words, and nothing of it is kept."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from interviews.models import Quote, Transcript
from studies.access import StudyAccess
from tests.faults.snapshot import changed, everything

MB = 1024 * 1024
TALK = "Interviewer: Was ist passiert?\nMüller: Der Aufzug war wieder kaputt – „schon wieder“."
WORDS = "Der Aufzug war wieder kaputt – „schon wieder“."


def word_file(*paragraphs: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def nested_bomb() -> bytes:
    """A small package that would unpack to 128 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("word/document.xml", b"<w:document/>")
        for number in range(16):
            zipped.writestr(f"word/media/{number}.bin", b"\0" * 8 * MB)
    return out.getvalue()


def lying_bomb() -> bytes:
    """Its directory says that the text has ten bytes."""
    body = package(document=b"<w:document>" + b" " * 30 * MB + b"</w:document>")
    size = (30 * MB + 25).to_bytes(4, "little")
    assert size in body
    return body.replace(size, (10).to_bytes(4, "little"))


BAD = {
    "a transcript of 60 MB": ("long.txt", lambda: b"Ann: so\n" * (60 * MB // 8), "at most 50 MB"),
    "a text over 20 MB": ("long.txt", lambda: b"Ann: so\n" * (21 * MB // 8), "at most 20 MB"),
    "a picture named .vtt": ("talk.vtt", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "image (PNG)"),
    "half a Word file": ("half.docx", lambda: word_file("Ann: Hi", "Bo: Ho")[:9000], "damaged"),
    "a zip bomb": ("bomb.docx", nested_bomb, "Not opened"),
    "a zip bomb that lies about its size": ("bomb.docx", lying_bomb, "bomb.docx"),
    "a million cues": ("c.vtt", lambda: b"WEBVTT\n\n" + b"00:00.0 --> 00:00.1\na\n\n" * 1_000_000, "at most"),
    "700,000 cues": (
        "c.vtt",
        lambda: b"WEBVTT\n\n" + b"00:00.000 --> 00:00.001\na\n\n" * 700_000,
        "at most 100,000",
    ),
    "an entity bomb": (
        "lol.docx",
        lambda: package(document=b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>'),
        "lol.docx",
    ),
    "nothing at all": ("empty.txt", lambda: b"", "empty"),
    "a web page": ("a.html", lambda: b"<!DOCTYPE html><script>alert(1)</script>", "a.html"),
}


def upload(client: Client, access: StudyAccess, name: str, data: bytes) -> Any:
    url = reverse("interviews:import", args=[access.study.slug])
    return client.post(url, {"files": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_is_no_transcript_is_refused_on_the_page(
    fault: str, owner: StudyAccess, login: Any
) -> None:
    name, make, words = BAD[fault]
    client, data, before = login(owner), make(), everything()
    began = time.process_time()

    response = upload(client, owner, name, data)

    assert response.status_code == 422
    assert len(response.context["refused"]) == 1
    assert words in response.context["refused"][0][1] or words in response.text
    assert changed(before) == []
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "data",
    [
        TALK.encode("utf-16"),
        b"\xfe\xff" + TALK.encode("utf-16-be"),
        TALK.encode("windows-1252"),
        b"\xef\xbb\xbf" + TALK.replace("\n", "\r\n").encode(),
    ],
    ids=["UTF-16 LE", "UTF-16 BE", "windows-1252", "UTF-8 with BOM and CRLF"],
)
def test_another_encoding_gives_the_same_words_from_the_page_to_the_quote(
    data: bytes, owner: StudyAccess, login: Any
) -> None:
    client = login(owner)
    assert upload(client, owner, "Müller.txt", data).status_code == 302
    draft = owner.study.transcriptdrafts.get()
    roles = {"role-0": "interviewer", "role-1": "participant"}
    confirm = reverse("interviews:import_confirm", args=[owner.study.slug, draft.pk])
    client.post(confirm, {"target": "new", "pseudonym": "Müller"} | roles)
    transcript = Transcript.objects.get()
    start = transcript.text.index(WORDS)

    coded = client.post(
        reverse("interviews:code", args=[owner.study.slug, transcript.pk]),
        {
            "start": start,
            "end": start + len(WORDS),
            "kind": "push",
            "client_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        },
    )

    assert coded.status_code == 200
    assert Quote.objects.get().text == WORDS
    assert [(turn.speaker, turn.role) for turn in transcript.turns.all()] == [
        ("Interviewer", "interviewer"),
        ("Müller", "participant"),
    ]


def test_the_same_transcript_is_imported_once_even_under_another_name(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    upload(client, owner, "a.txt", TALK.encode())
    draft = owner.study.transcriptdrafts.get()
    confirm = reverse("interviews:import_confirm", args=[owner.study.slug, draft.pk])
    answers = {"target": "new", "pseudonym": "Müller", "role-0": "interviewer", "role-1": "participant"}
    assert client.post(confirm, answers).status_code == 302
    before = everything()

    again = upload(client, owner, "other name.txt", TALK.encode())
    twice = client.post(confirm, answers)

    assert again.status_code == 422
    assert "has been imported before" in again.context["refused"][0][1]
    assert twice.status_code == 404
    assert changed(before) == []


def test_thirty_columns_too_many_are_ignored_on_the_page_and_named(owner: StudyAccess, login: Any) -> None:
    extra = [f"Question {number}" for number in range(1, 31)]
    table = ",".join(["pseudonym", "segment", *extra]) + "\nIda,city," + ",".join("x" * 30) + "\n"
    client = login(owner)
    shown = client.post(
        reverse("interviews:roster", args=[owner.study.slug]),
        {"file": SimpleUploadedFile("people.csv", table.encode())},
    )
    assert (shown.status_code, owner.study.participants.count()) == (200, 0)
    assert shown.context["found"].ignored == extra
    assert "Question 30" in shown.text

    client.post(
        reverse("interviews:roster_confirm", args=[owner.study.slug]),
        {"text": shown.context["text"], "which": "all"},
    )

    assert list(owner.study.participants.values_list("pseudonym", "segment")) == [("Ida", "city")]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("pseudonym," + "c," * 60 + "\nIda\n", "columns; 40 are the limit"),
        ("pseudonym,segment\nIda,city" + ",x" * 30, "Ida"),
        ("pseudonym\n" + "\n".join(f"P{number}" for number in range(2500)), "more than 2,000 rows"),
    ],
    ids=["60 columns", "a row of 32 cells", "2,500 rows"],
)
def test_a_table_that_cannot_be_read_writes_nothing(
    table: str, words: str, owner: StudyAccess, login: Any
) -> None:
    client, before = login(owner), everything()
    url = reverse("interviews:roster", args=[owner.study.slug])

    response = client.post(url, {"text": table})
    client.post(
        reverse("interviews:roster_confirm", args=[owner.study.slug]), {"text": table, "which": "all"}
    )

    assert words in response.text
    assert changed(before) == []
