import time

import pytest

from interviews.transcripts import TranscriptError, read_transcript
from tests.studies.test_tables import made_ole


def refusal(data, name):
    with pytest.raises(TranscriptError) as caught:
        read_transcript(data, name)
    return str(caught.value)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"])
def test_an_empty_file(data):
    assert refusal(data, "a.vtt") == "“a.vtt” is empty. Check that the export or download has finished."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "an image (PNG)"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "an image (JPEG)"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "an image (WebP)"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a sound or video file (RIFF)"),
        (b"\x00\x00\x00\x20ftypisom", "a video or sound file (MP4)"),
        (b"ID3\x04\x00", "a sound file (MP3)"),
        (b"\x1f\x8b\x08\x00", "a compressed archive (gzip)"),
    ],
)
def test_a_picture_or_recording_named_vtt(data, kind):
    assert refusal(data, "photo.vtt") == (
        f"“photo.vtt” is {kind}, not a transcript. "
        "Choose the transcript itself: .vtt, .srt, .txt, .md, .docx or .pdf."
    )


def test_a_text_of_sixty_megabytes():
    message = refusal(b"Ann: hello\n" * 5_719_302, "big.txt")
    assert message.startswith("“big.txt” is 60.0 MB; at most 20 MB can be imported as one transcript")


def test_a_package_of_sixty_megabytes():
    assert "at most 50 MB" in refusal(b"PK\x03\x04" + bytes(60 * 1024 * 1024), "big.docx")
    assert "at most 50 MB" in refusal(b"%PDF-1.7\n" + bytes(60 * 1024 * 1024), "big.pdf")


def test_a_million_cues_are_refused_quickly():
    short = b"WEBVTT\n\n" + b"00:00.000 --> 00:00.001\na\n\n" * 700_000
    huge = b"WEBVTT\n\n" + b"00:00.000 --> 00:00.001\na\n\n" * 1_000_000
    began = time.process_time()
    message = refusal(short, "many.vtt")
    too_big = refusal(huge, "more.vtt")
    assert time.process_time() - began < 3
    assert message == (
        "“many.vtt” has about 700,000 cues; at most 100,000 can be imported as one transcript "
        "(a three-hour interview has about 5,000). Split the file, or check that it is one session."
    )
    assert "at most 20 MB" in too_big


def test_more_turns_than_anyone_speaks():
    assert refusal(b"Ann: a\n\nBo: b\n\n" * 25_001, "endless.txt") == (
        "“endless.txt” has 50,002 turns; at most 50,000 can be imported as one transcript. "
        "Split the file by session."
    )


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"WEBVTT", "a.vtt", "has no readable cue (WebVTT)"),
        (b"some text", "a.srt", "is named .srt but has no readable cue"),
        (b"1\n00:00:01 --> 00:00:10\nno milliseconds", "a.srt", "is named .srt but has no readable cue"),
        (b"some text\n00:00:00,500 --> 00:00:07,000", "a.srt", "holds no spoken words"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "a.vtt", "holds no spoken words"),
        (b"<!DOCTYPE html><html><body>Ann: hi</body></html>", "a.txt", "is a web page or XML"),
        (b'{"a": 1}', "a.json", "is JSON"),
        (
            b"a;b\n1;2\n",
            "a.csv",
            "is a table, not a transcript. Answers, reviews and tickets in words go to Verbatims",
        ),
        (
            b"id;plan;answer\n1;A;Too dear: really\n2;B;Fine\n3;A;Ann: ok\n",
            "a.txt",
            "is a table, not a transcript.",
        ),
        (
            b"id\tstars\tanswer\n1\t4\tIt is late, again\n2\t5\tFine\n",
            "a.txt",
            "is a table, not a transcript.",
        ),
        (b"{\\rtf1 Ann: hi}", "a.txt", "is Rich Text (RTF)"),
        (
            made_ole("WordDocument"),
            "a.doc",
            "is an old Word document (.doc). Save it as .docx and import again.",
        ),
        (made_ole("EncryptedPackage"), "a.docx", "is locked with a password. Open it, take the password off"),
        (
            made_ole("__properties_version1.0"),
            "a.msg",
            "is an e-mail of Outlook (.msg). Bring the transcript as",
        ),
        (b"Ann: \x81\x8d\x8f\x90", "a.txt", "is not readable as text (byte 6"),
        (b"\xff\xfea\x00b", "a.txt", "says it is UTF-16, but byte 5 does not fit"),
    ],
)
def test_files_that_are_no_transcript(data, name, words):
    assert words in refusal(data, name)


def test_a_file_name_cannot_smuggle_a_path_or_control_characters_into_the_message():
    assert refusal(b"", "../../etc/a\x1b[31m\n.vtt").startswith("“a[31m.vtt” is empty.")
    assert refusal(b"", "").startswith("“The file” is empty.")


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "[",
        "//: ",
        "//a",
        "<v ",
        "<c.",
        "Ann (",
        "0:",
        "**a ",
        "__a ",
        "<!-- ",
        "[a](",
        "![",
        "{:",
        "A and ",
        "> ",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.vtt"])
def test_a_line_of_a_million_marks_does_not_slow_the_rules_down(piece, name):
    line = piece * (500_000 // len(piece))
    source = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n" if name == "a.vtt" else f"# x\n{line}\n"
    began = time.process_time()
    draft = read_transcript(source.encode(), name)
    assert len(draft.turns) <= 2
    assert time.process_time() - began < 2
