from hypothesis import given, settings
from hypothesis import strategies as st

from interviews.transcripts import Draft, TranscriptError, read_transcript

NAMES = ("Mara", "Jürgen Őri", "佐藤 花子", "Interviewer", "Łukasz O’Neil")
# Words with what breaks offsets: astral characters, joined emoji, combining marks, right-to-left text
WORDS = st.lists(
    st.sampled_from(
        [
            "well",
            "é",
            "é",
            "👩‍👩‍👧",
            "مرحبا",
            "straße",
            "ő",
            "a⃝",
            "🇭🇺",
            "$240",
            "—",
            "co-op",
            "東京",
            "[REDACTED]",
            "und",
        ]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])
TURNS = st.lists(st.tuples(st.sampled_from(NAMES), WORDS), min_size=4, max_size=30)


def words_of(draft: Draft) -> list[str]:
    return [draft.text[turn.start : turn.end] for turn in draft.turns]


def assert_sound(draft: Draft) -> None:
    """What every reader of a draft may rely on, whatever the file was."""
    assert draft.text == "\n\n".join(words_of(draft))
    assert all("\n\n" not in words and words == words.strip() and words for words in words_of(draft))
    assert all(a.end < b.start for a, b in zip(draft.turns, draft.turns[1:], strict=False))
    assert not set("\r\x00\ufeff") & set(draft.text)
    assert sum(speaker.turns for speaker in draft.speakers) == len(draft.turns)
    assert sum(speaker.words for speaker in draft.speakers) == len(draft.text.split())
    assert {speaker.label for speaker in draft.speakers} == {turn.speaker for turn in draft.turns}


@given(turns=TURNS, newline=NEWLINES, encoding=ENCODINGS)
@settings(max_examples=150, deadline=None)
def test_names_with_colons_keep_every_word_at_its_offset(turns, newline, encoding):
    source = (newline * 2).join(f"{name}: {words}" for name, words in turns) + newline
    draft = read_transcript(source.encode(encoding), "talk.txt")
    assert_sound(draft)
    assert [(t.speaker, draft.text[t.start : t.end]) for t in draft.turns] == turns


@given(turns=TURNS, newline=NEWLINES, encoding=ENCODINGS)
@settings(max_examples=150, deadline=None)
def test_heads_with_times_keep_every_word_at_its_offset(turns, newline, encoding):
    blocks = [f"{name}  {n // 60}:{n % 60:02d}{newline}{words}" for n, (name, words) in enumerate(turns)]
    draft = read_transcript((newline * 2).join(blocks).encode(encoding), "talk.txt")
    assert_sound(draft)
    assert [(t.speaker, draft.text[t.start : t.end]) for t in draft.turns] == turns
    assert [t.start_ms for t in draft.turns] == [n * 1000 for n in range(len(turns))]


@given(turns=TURNS, newline=NEWLINES)
@settings(max_examples=150, deadline=None)
def test_voices_in_webvtt_lose_no_word(turns, newline):
    cues = [
        f"00:00:{n:02d}.000 --> 00:00:{n:02d}.900{newline}<v {name}>{words}</v>"
        for n, (name, words) in enumerate(turns)
    ]
    source = (newline * 2).join(["WEBVTT", *cues])
    draft = read_transcript(source.encode(), "call.vtt")
    assert_sound(draft)
    assert draft.text.split() == " ".join(words for _, words in turns).split()
    assert draft.meta["cues"] == len(turns)


@given(source=st.text(max_size=400), extension=st.sampled_from(["txt", "vtt", "srt", "md", "docx", "pdf"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_soundly_or_refused_with_a_message(source, extension):
    try:
        draft = read_transcript(source.encode("utf-8", "surrogatepass"), f"any.{extension}")
    except TranscriptError as refusal:
        message = str(refusal)
    else:
        assert_sound(draft)
        return
    assert f"any.{extension}" in message


@given(data=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_soundly_or_refused(data):
    try:
        draft = read_transcript(data, "any.bin")
    except TranscriptError:
        return
    assert_sound(draft)


def test_a_three_hour_interview_is_read_whole():
    blocks = []
    for n in range(1500):
        clock = f"{n * 7 // 60}:{n * 7 % 60:02d}"
        blocks.append(f"{'Mara' if n % 2 else 'Interviewer'}  {clock}\n" + "well it was like that " * 4)
    source = "\n\n".join(blocks).encode()
    draft = read_transcript(source, "long.txt")
    assert (len(draft.turns), len(draft.text.split())) == (1500, 30_000)
