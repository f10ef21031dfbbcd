import zipfile
from io import BytesIO

import docx
import pytest

from interviews.transcripts import TranscriptError, read_transcript

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*paragraphs, headings=()):
    document = docx.Document()
    for text in headings:
        document.add_heading(text)
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def saved(document):
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def raw_word(body, extra=()):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", body)
        for name, content in extra:
            package.writestr(name, content)
    return buffer.getvalue()


def pdf(*pages, text=True):
    """The smallest file with one text line per Tj; enough for any reader."""
    objects, kids = ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"], []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines) if text else ""
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown}ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(len(objects) + 3)
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {font} /Contents {len(objects) + 2} 0 R >>")
    refs = " ".join(f"{kid} 0 R" for kid in kids)
    head = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{refs}] /Count {len(kids)} >>"]
    return numbered(head + objects)


def numbered(objects):
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    trailer = f"trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()


def spoken(draft):
    return [(t.speaker, draft.text[t.start : t.end]) for t in draft.turns]


def test_teams_puts_head_and_speech_into_one_paragraph():
    data = word(
        "Weekly-20260301_100000-Meeting Recording",
        "1 March 2026, 10:00am",
        "Mara Ilić started transcription",
        "Mara Ilić   0:04\nSo, welcome.\nShall we?",
        "Tom (Guest)   1:02:03\nYes.",
        "Mara Ilić stopped transcription",
    )
    draft = read_transcript(data, "Weekly.docx")
    assert draft.format == "Word (Teams)"
    assert spoken(draft) == [("Mara Ilić", "So, welcome.\nShall we?"), ("Tom", "Yes.")]
    assert [t.start_ms for t in draft.turns] == [4000, 3723000]
    assert draft.dropped == (
        "Before the first turn: Weekly-20260301_100000-Meeting Recording / 1 March 2026, 10:00am",
        "Lines of the recorder: Mara Ilić started transcription / Mara Ilić stopped transcription",
    )


def test_the_lines_of_the_recorder_in_other_languages():
    data = word(
        "Jana hat die Transkription gestartet", "Jana   0:04\nHallo.", "Jana hat die Transkription beendet"
    )
    assert spoken(read_transcript(data, "a.docx")) == [("Jana", "Hallo.")]


def test_older_teams_documents_have_time_name_and_words():
    data = word("0:0:0.0 --> 0:0:5.1\nMara Ilić\nSo, welcome.", "0:0:5.2 --> 0:0:9.9\nTom\nThanks.")
    draft = read_transcript(data, "a.docx")
    assert spoken(draft) == [("Mara Ilić", "So, welcome."), ("Tom", "Thanks.")]
    assert [(t.start_ms, t.end_ms) for t in draft.turns] == [(0, 5100), (5200, 9900)]


def test_google_meet_in_word():
    data = word(
        "Anna said the price was the reason.", "Suggested next steps", "Anna: send bill",
        "00:00:00", "Anna: Hallo.", "Per: Hej!", "00:05:00", "Anna: Was?",
        headings=["Notes by Gemini"],
    )  # fmt: skip
    draft = read_transcript(data, "meet.docx")
    assert spoken(draft) == [("Anna", "Hallo."), ("Per", "Hej!"), ("Anna", "Was?")]
    assert "price was the reason" in draft.dropped[0]


def test_names_colons_and_headings_in_word():
    data = word("Interviewer: Und?", "Kundin: 👩‍👩‍👧 e\u0301!", headings=["Gespräch 4"])
    draft = read_transcript(data, "a.docx")
    assert draft.format == "Word (Name: words)"
    assert spoken(draft) == [("Interviewer", "Und?"), ("Kundin", "👩‍👩‍👧 e\u0301!")]
    assert draft.dropped == ("Headings: Gespräch 4",)


def test_a_table_of_names_and_words():
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for cells in (("00:01", "Ann", "Why?"), ("00:09", "Bo", "Price.\nMostly."), ("00:12", "Ann", "Oh.")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    draft = read_transcript(saved(document), "table.docx")
    assert spoken(draft) == [("Ann", "Why?"), ("Bo", "Price. Mostly."), ("Ann", "Oh.")]
    assert [t.start_ms for t in draft.turns] == [1000, 9000, 12000]


def test_tracked_changes_read_as_accepted():
    body = (
        f"<w:document {W}><w:body><w:p><w:r><w:t>Ann: It was </w:t></w:r>"
        "<w:del><w:r><w:delText>cheap</w:delText></w:r></w:del><w:ins><w:r><w:t>dear</w:t></w:r></w:ins></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:r><w:t>Interviewer:</w:t><w:tab/><w:t>So?</w:t>"
        "</w:r></w:p><w:p><w:r><w:t>Ann: Yes</w:t></w:r></w:p></w:body></w:document>"
    )
    assert spoken(read_transcript(raw_word(body), "a.docx")) == [
        ("Ann", "It was dear"),
        ("Interviewer", "So?"),
        ("Ann", "Yes"),
    ]


def test_a_truncated_word_file_is_refused():
    data = word("Interviewer: Und?", "Kundin: Ja.")
    with pytest.raises(
        TranscriptError, match=r"incomplete or damaged Word file\. Download or export it again"
    ):
        read_transcript(data[: len(data) // 2], "half.docx")


def test_a_project_of_another_coding_tool_is_called_that():
    project = BytesIO()
    with zipfile.ZipFile(project, "w") as package:
        package.writestr("project.qde", "<Project/>")
    with pytest.raises(TranscriptError, match="is a project of another coding tool"):
        read_transcript(project.getvalue(), "study.qdpx")


def test_a_zip_bomb_is_refused_unopened():
    bomb = raw_word("x", extra=[("word/media/a.bin", b"\x00" * 120_000_000)])
    with pytest.raises(
        TranscriptError, match=r"would unpack to 114 MB \(limit 100 MB, 200-fold\). Not opened."
    ):
        read_transcript(bomb, "bomb.docx")
    steep = raw_word("x", extra=[("word/media/a.bin", b"\x00" * 20_000_000)])
    with pytest.raises(TranscriptError, match="Not opened"):
        read_transcript(steep, "steep.docx")


def test_a_crowd_of_entries_is_refused():
    crowd = raw_word("x", extra=[(f"word/{n}.xml", "") for n in range(2001)])
    with pytest.raises(TranscriptError, match="holds 2,002 parts"):
        read_transcript(crowd, "crowd.docx")


def test_entities_and_document_types_are_refused():
    paragraph = "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"
    body = f'<!DOCTYPE d [<!ENTITY a "aaaa">]><w:document {W}><w:body>{paragraph}</w:body></w:document>'
    with pytest.raises(TranscriptError, match="damaged or not allowed in a transcript"):
        read_transcript(raw_word(body), "xxe.docx")
    with pytest.raises(TranscriptError, match="damaged or not allowed in a transcript"):
        read_transcript(raw_word(body.encode("utf-16")), "xxe16.docx")


def test_other_packages_are_named():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(TranscriptError, match="is an Excel workbook, not a Word document"):
        read_transcript(buffer.getvalue(), "sheet.docx")


def test_a_pdf_is_put_together_from_its_lines():
    pages = [
        [
            "Interview 3",
            "Dan:",
            "So why did you",
            "switch the sup-",
            "plier?",
            "Participant:",
            "The price.",
            "1/3",
        ],
        ["Interview 3", "Mostly.", "Dan: At 17:30?", "Participant: Yes.", "2/3"],
        ["Interview 3", "Dan: Thanks.", "3/3"],
    ]
    draft = read_transcript(pdf(*pages), "P.pdf")
    assert draft.format == "PDF (Name: words)"
    assert spoken(draft) == [
        ("Dan", "So why did you switch the sup-plier?"),
        ("Participant", "The price. Mostly."),
        ("Dan", "At 17:30?"),
        ("Participant", "Yes."),
        ("Dan", "Thanks."),
    ]
    assert draft.meta["pages"] == 3
    assert draft.dropped == (
        (
            "Page numbers, line numbers and running heads: "
            "Interview 3 / 1/3 / Interview 3 / 2/3 / Interview 3 / 3/3"
        ),
    )


def test_a_scan_is_told_apart_from_a_text_pdf():
    with pytest.raises(TranscriptError, match="has 1 page but no text: it is probably a scan"):
        read_transcript(pdf([], text=False), "scan.pdf")


@pytest.mark.parametrize("cut", [20, 200, 420])
def test_a_cut_pdf_is_refused_or_read_but_never_crashes(cut):
    data = pdf(["Dan: Hello there.", "Ann: Hello.", "Dan: Bye."])
    with pytest.raises(TranscriptError, match=r"“cut\.pdf”"):
        read_transcript(data[:cut], "cut.pdf")


def test_a_pdf_of_too_many_pages_is_refused():
    with pytest.raises(TranscriptError, match="has 501 pages; at most 500 can be read"):
        read_transcript(pdf(*[["x"]] * 501), "book.pdf")


def test_a_pdf_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("interviews.transcripts.pdf.MAX_PDF_SECONDS", -1.0)
    with pytest.raises(TranscriptError, match="was stopped"):
        read_transcript(pdf(["Dan: Hello."]), "slow.pdf")
