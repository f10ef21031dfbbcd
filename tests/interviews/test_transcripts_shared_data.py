"""The counts that were taken from real files; the files are not part of this repository."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from interviews.transcripts import Draft, TranscriptError, read_transcript, speaker_role_guess
from interviews.transcripts.cues import parse_cues
from interviews.transcripts.decode import normalised

_SIBLING = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("SHARED_DATA", "") or _SIBLING)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"real interviews not found at {DATA}; set SHARED_DATA to try them"
)

ALASKA = "alaska-water-interviews/sessions-derived"
ENDUSER_TURNS = {
    "01": (53, 2), "02": (63, 2), "03": (87, 2), "04": (81, 2), "05": (92, 5), "06": (131, 3), "07": (77, 2),
    "08": (100, 2), "09": (67, 2), "10": (171, 2), "11": (101, 2), "12": (79, 2), "13": (78, 2),
    "14": (68, 2), "15": (61, 2), "16": (55, 2), "17": (73, 2), "18": (39, 2), "19": (80, 2), "20": (79, 2),
}  # fmt: skip
SECTOR_TURNS = {"01": (323, 6), "02": (97, 5), "03": (112, 4), "04": (85, 5), "05": (168, 3), "06": (81, 4)}


def read(path: str) -> Draft:
    file = DATA / path
    if not file.exists():
        pytest.skip(f"{path} is not among the shared files")
    return read_transcript(file.read_bytes(), file.name)


def turns(draft: Draft) -> dict[str, int]:
    return {speaker.label: speaker.turns for speaker in draft.speakers}


def cues(draft: Draft) -> object:
    return draft.meta["cues"]


def warned(draft: Draft, words: str) -> bool:
    return any(words in warning for warning in draft.warnings)


@pytest.mark.parametrize(("number", "expected"), ENDUSER_TURNS.items())
def test_alaska_customers(number, expected):
    draft = read(f"{ALASKA}/enduser-{number}.txt")
    assert (len(draft.turns), len(draft.speakers)) == expected
    roles = {s.label: speaker_role_guess(s.label, draft.speakers) for s in draft.speakers}
    assert roles.pop("Interviewer") == "interviewer"
    assert set(roles.values()) == {"participant"}


@pytest.mark.parametrize(("number", "expected"), SECTOR_TURNS.items())
def test_alaska_operators(number, expected):
    draft = read(f"{ALASKA}/sector-{number}.txt")
    assert (len(draft.turns), len(draft.speakers)) == expected
    assert draft.format == "Plain text (Name  time)"
    assert all(turn.start_ms is not None for turn in draft.turns)


def test_all_alaska_sessions_are_read_and_none_is_lost():
    names = sorted(file.name for file in (DATA / ALASKA).glob("*.txt"))
    drafts = [read(f"{ALASKA}/{name}") for name in names]
    assert len(drafts) == 26
    assert len({draft.source_digest for draft in drafts}) == 26
    assert all(draft.language == "en" and all(s.label for s in draft.speakers) for draft in drafts)
    assert not any(speaker.label.startswith("[") for draft in drafts for speaker in draft.speakers)
    assert sum(draft.text.count("[REDACTED") for draft in drafts) == sum(
        (DATA / ALASKA / name).read_text().count("[REDACTED") for name in names
    )


def test_the_joint_label_of_enduser_06():
    draft = read(f"{ALASKA}/enduser-06.txt")
    assert turns(draft) == {"Interviewer": 66, "Interviewee 1": 1, "Interviewee 1 and/or Interviewee 2": 64}
    assert warned(draft, "joint label")


def test_sector_09():
    draft = read(f"{ALASKA}/sector-09.txt")
    assert (len(draft.turns), len(draft.text.split())) == (109, 1659)


@pytest.mark.parametrize(
    ("name", "expected"), [("P1", (47, 47)), ("P2", (81, 84)), ("P3", (61, 61)), ("P4", (55, 56))]
)
def test_pdpilot(name, expected):
    draft = read(f"pdpilot-user-study/results/transcripts/{name}.pdf")
    assert (turns(draft)["Dan"], turns(draft)["Participant"]) == expected
    assert len(draft.speakers) == 2
    assert not any(f"{page}/{draft.meta['pages']}" in draft.text for page in range(1, 9))
    assert [speaker_role_guess(s.label, draft.speakers) for s in draft.speakers] == [
        "interviewer",
        "participant",
    ]


def test_pdpilot_pages():
    assert read("pdpilot-user-study/results/transcripts/P1.pdf").meta["pages"] == 5


def test_altenpflege():
    draft = read("de-ip-landgraf/altenpflege.md")
    assert turns(draft) == {"Interviewer": 38, "Befragte": 38}
    assert "{:" not in draft.text
    assert "**" not in draft.text
    assert "von 8:00 Uhr bis 16:00 Uhr" in draft.text
    assert draft.language == "de"
    assert draft.meta["title"] == "Altenpflege Interview"


@pytest.mark.parametrize("session", ["20170817-tom", "20170824-antoine"])
def test_french_field_notes(session):
    file = DATA / "fr-etalab-datagouv/interviews" / session / "index.md"
    draft = read(f"fr-etalab-datagouv/interviews/{session}/index.md")
    assert draft.language == "fr"
    assert set(turns(draft)) == {"Notes", "Quoted words"}
    assert len(draft.meta["attendees"]) == 2
    quoted = [draft.text[t.start : t.end] for t in draft.turns if t.speaker == "Quoted words"]
    assert sum(words.count("\n") + 1 for words in quoted) == sum(
        line.startswith("> ") for line in file.read_text().splitlines()
    )
    assert "](" not in draft.text


def test_va_gov():
    draft = read("va-gov-research/P9-side-navigation-excerpt.md")
    assert cues(draft) == 30
    assert draft.meta["cues_by_speaker"] == {"Moderator": 15, "Participant 9": 15}
    assert draft.dropped == ("Headings: Participant 9 Side Navigation - 12/12/2025 (Desktop)",)


@pytest.mark.parametrize("name", ["transcript.vtt", "transcript_corrected.vtt"])
def test_zoom_fcr(name):
    draft = read(f"zoom-vtt-forkcast/fcr__2026-05-12_007/{name}")
    assert (cues(draft), len(draft.speakers), draft.duration_ms) == (311, 7, 2_010_600)
    assert draft.meta["cues_by_speaker"]["Mikhail Kalinin"] == 197
    assert draft.format == "WebVTT (Zoom)"


def test_zoom_awd():
    draft = read("zoom-vtt-forkcast/awd__2026-05-20_039/transcript_corrected.vtt")
    assert (cues(draft), [s.label for s in draft.speakers]) == (30, ["Z. Victor Zhou (xinbenlv)"])


def test_zoom_acde():
    draft = read("zoom-vtt-forkcast/acde__2026-01-05_227/transcript_corrected.vtt")
    assert (cues(draft), len(draft.speakers)) == (426, 21)
    assert warned(draft, "2 cues overlapping")
    assert warned(draft, "1 cue out of order")


@pytest.mark.parametrize("call", ["fcr__2026-05-12_007", "awd__2026-05-20_039", "acde__2026-01-05_227"])
def test_zoom_chat(call):
    file = DATA / "zoom-vtt-forkcast" / call / "chat.txt"
    draft = read(f"zoom-vtt-forkcast/{call}/chat.txt")
    heads = [line for line in file.read_text().splitlines() if line[2:3] == ":" and line[8:9] == "\t"]
    assert (draft.format, len(draft.turns)) == ("Zoom text", len(heads))


def test_noscribe():
    draft = read("de-noscribe-sample/interview.vtt")
    counts = draft.meta["cues_by_speaker"]
    assert (cues(draft), counts["S00"], counts["S01"], counts[""]) == (56, 26, 26, 1)
    assert warned(draft, "1 cue ending before the start")
    assert str(draft.meta["title"]).startswith("Ein Gespräch mit")
    assert "noScribe" not in draft.text
    assert draft.language == "de"
    assert {speaker.label for speaker in draft.speakers} == {"", "S00", "S01", "S02"}


def test_noscribe_text_says_the_same():
    draft = read("de-noscribe-sample/interview.txt")
    assert turns(draft) == {"S00": 46, "S01": 46, "S02": 6}  # with 22 remarks into another's words
    assert all(turn.start_ms is not None for turn in draft.turns)


@pytest.mark.parametrize(
    ("name", "count"), [("sample.vtt", 16), ("captions_with_bom.vtt", 4), ("regions.vtt", 2)]
)
def test_webvtt_py_samples(name, count):
    assert cues(read(f"vtt-srt-corpora/webvtt-py-samples/{name}")) == count


def test_webvtt_py_voices():
    assert turns(read("vtt-srt-corpora/webvtt-py-samples/regions.vtt")) == {"Fred": 1, "Bill": 1}


def test_broken_captions_give_a_message_and_no_crash():
    folder = DATA / "vtt-srt-corpora/webvtt-py-samples"
    names = [
        f.name
        for f in sorted(folder.iterdir())
        if f.stem.startswith(("empty", "no_captions", "invalid", "miss"))
    ]
    told = []
    for name in names:
        try:
            told.append(bool(read(f"vtt-srt-corpora/webvtt-py-samples/{name}").warnings))
        except TranscriptError as refusal:
            told.append(name in str(refusal))
    assert len(told) == len(names) >= 15
    assert all(told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"])
def test_pysrt_with_marks(encoding):
    assert cues(read(f"vtt-srt-corpora/pysrt-static/bom-{encoding}.srt")) == 7


def test_pysrt_capability_tester():
    draft = read("vtt-srt-corpora/pysrt-static/capability_tester.srt")
    assert cues(draft) == 37
    assert warned(draft, "11 cues overlapping")
    assert Counter("<>" in line for line in draft.text.split("\n"))[True] == 0


def test_the_reference_parser_finds_the_same_cues():
    checked = 0
    for expected in sorted((DATA / "vtt-srt-corpora/vtt.js-tests").rglob("*.json")):
        source = expected.with_suffix(".vtt")
        if not source.exists():
            continue
        known = json.loads(expected.read_text())["cues"]
        text, _ = normalised(source.read_bytes().decode("utf-8-sig"))
        found = parse_cues(text.partition("\n")[2]).cues
        assert [(c.start_ms, c.end_ms, c.text) for c in found] == [
            (round(c["startTime"] * 1000), round(c["endTime"] * 1000), c["text"]) for c in known
        ], source.name
        checked += 1
    assert checked == 101


def test_every_caption_of_the_corpora_is_read_or_refused():
    read_or_refused = Counter()
    for file in (DATA / "vtt-srt-corpora").rglob("*.vtt"):
        try:
            draft = read_transcript(file.read_bytes(), file.name)
        except TranscriptError:
            read_or_refused["refused"] += 1
            continue
        assert draft.text == "\n\n".join(draft.text[t.start : t.end] for t in draft.turns)
        read_or_refused["read"] += 1
    assert read_or_refused["read"] >= 101 - 6  # six reference files hold no cue or no words


def test_teams_document():
    draft = read("platform-docx-specimens/teams-meeting-recording-2026-08-15.rebuilt.docx")
    assert turns(draft) == {"Martin Storey": 1}
    assert draft.turns[0].start_ms == 4000
    assert draft.text.startswith("And it says recording and transcription started by you")
    assert draft.text.endswith("Okay.")
