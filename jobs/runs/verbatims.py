"""Verbatims in the background: the import of a file, and the grouping of a source over many workers.

Both can be killed at any moment. An import begins again from the file; a grouping finds what the encoder has
read in the database, and the parts that other workers have placed in their runs.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from jobs.actions import verbatims as actions
from jobs.encoders import sentence_encoder
from jobs.languages import says_something
from jobs.models import Verbatim, VerbatimSource
from jobs.queries.verbatims import SILENT, undecided
from jobs.runs.parts import spread
from jobs.vectors import RememberingEncoder
from jobs.verbatim_rows import Refused, Said, read, taken
from studies.access import StudyAccess, access_of
from studies.models import Run
from studies.progress import Reporter, stage
from studies.runs import RunFailed, run_kind
from studies.tables import Row, TableError, open_table

if TYPE_CHECKING:
    from jobs.analysis import Encoder
    from jobs.analysis.arrays import Labels
    from jobs.analysis.embed import Vectors
    from jobs.analysis.scale import Reader

MOST_TOGETHER = 2_000  # texts that the vote of three views groups; above, in two stages
SMALLEST = 3  # times that a text was written, at which it is a group though no other is like it
READ_AT_ONCE = 500  # texts of one part that the encoder reads: about a second
PLACED_AT_ONCE = 20_000  # texts of one part that are placed: about two seconds
PROGRESS_EVERY = 2_000  # rows
Place = tuple[int, int, float]  # a verbatim, its group by number, or -1 where it fits none, similarity
Places = Callable[[], Iterable[Place]]  # made anew for each reading, as a million of them are no list
GONE = "The uploaded file is gone. Delete this source and upload the file once more."


def _source_of(access: StudyAccess, run: Run) -> VerbatimSource:
    source = access.study.verbatimsources.filter(pk=run.params.get("source")).first()
    if source is None:
        raise RunFailed("These verbatims were deleted meanwhile.")
    return source  # type: ignore[no-any-return]


# --- import ------------------------------------------------------------------------------------------
@run_kind(actions.IMPORT, title="Import of verbatims", result_page="jobs:verbatims")
def import_verbatims(run: Run, report: Reporter) -> dict[str, Any]:
    """All rows or none: what a killed worker left is taken out first, what is cancelled at once."""
    access = access_of(run)
    source = _source_of(access, run)
    if source.state == VerbatimSource.State.READY:
        return {"rows": source.rows}
    return import_rows(access, source, report)


def import_rows(access: StudyAccess, source: VerbatimSource, report: Reporter) -> dict[str, int]:
    """Counts of what was read, kept and refused. Where rows are refused, nothing is kept until the person who
    asked has decided about them. Raises RunFailed where the file is gone or cannot be read."""
    report(0, "Making room")
    actions.forget_rows(source, state=VerbatimSource.State.IMPORTING)
    with _nothing_by_half(source):
        counts, refused = _import(source, report)
        if _is_undecided(source, refused):
            actions.ask_about(source, counts=counts, refused=refused)
            return counts | {"waiting for a decision": len(refused)}
        report(0.98, "Putting the rows in place")
        actions.finish_import(access, source=source, counts=counts, refused=refused)
    return counts


def _is_undecided(source: VerbatimSource, refused: list[Refused]) -> bool:
    return bool(refused) and not source.mapping.get("faulty")


@contextmanager
def _nothing_by_half(source: VerbatimSource) -> Iterator[None]:
    finished = False
    try:
        yield
        finished = True
    finally:
        if not finished:
            actions.forget_rows(source, state=VerbatimSource.State.UPLOADED)


def _import(source: VerbatimSource, report: Reporter) -> tuple[dict[str, int], list[Refused]]:
    """The file is read twice: how often a text comes is known before it is stored."""
    try:
        with default_storage.open(source.file.name or "") as opened:
            table = open_table(cast(BinaryIO, opened.file), source.filename)
            times, counts, refused = _count(table.rows(), source, report)
            if not _is_undecided(source, refused):
                _store(table.rows(), source, times, counts, report)
    except FileNotFoundError as gone:
        raise RunFailed(GONE) from gone
    except (TableError, KeyError) as wrong:
        reason = (
            str(wrong) if isinstance(wrong, TableError) else "A column that you chose is not in the file."
        )
        raise RunFailed(reason) from wrong
    return counts, refused


def _count(
    rows: Iterator[Row], source: VerbatimSource, report: Reporter
) -> tuple[Counter[bytes], dict[str, int], list[Refused]]:
    times: Counter[bytes] = Counter()
    refused: list[Refused] = []
    empty = left_out = count = 0
    for row in rows:
        count += 1
        found = read(row, source.mapping)
        if isinstance(found, Refused):
            refused.append(found)
        if said := taken(found, source.mapping):
            times[bytes.fromhex(said.key)] += 1
        elif found is None:
            empty += 1
        else:
            left_out += 1
        if count % PROGRESS_EVERY == 0:
            report(0.05, f"Reading row {count:,}")
    counts = {"rows": count, "distinct": len(times), "empty": empty, "refused": left_out}
    return times, counts, refused


def _store(
    rows: Iterator[Row],
    source: VerbatimSource,
    times: Counter[bytes],
    counts: dict[str, int],
    report: Reporter,
) -> None:
    """Each text where it comes first: it leaves `times`, so that its repetitions are passed over."""

    def new() -> Iterator[tuple[Said, int]]:
        for row in rows:
            said = taken(read(row, source.mapping), source.mapping)
            if said and (often := times.pop(bytes.fromhex(said.key), 0)):
                yield said, often

    fresh, stored = new(), 0
    while some := list(islice(fresh, actions.AT_ONCE)):
        actions.add_rows(source, some)
        stored += len(some)
        report(0.1 + 0.85 * stored / counts["distinct"], f"{stored:,} of {counts['distinct']:,} texts")


# --- grouping ----------------------------------------------------------------------------------------
@run_kind(actions.GROUP, title="Grouping of verbatims", result_page="jobs:verbatims")
def group_verbatims(run: Run, report: Reporter) -> dict[str, Any]:
    """Groups what nobody decided on. Texts come in the order of their hashes: a shuffle that is the same on
    every database, whatever the order of the file."""
    access = access_of(run)
    source = _source_of(access, run)
    count = undecided(source).count()
    report(0, f"{count:,} texts to group")
    if count <= MOST_TOGETHER:
        groups, places = _together(run, source, report)
    else:
        groups, places = _in_two_stages(run, source, report)
    report(0.95, "Storing the groups")
    groups, all_places = _with_written_often(source, groups, places)
    stored = actions.store_groups(access, source=source, run=run, groups=groups, places=all_places)
    outside = undecided(source).filter(group=None).values_list("text", flat=True)
    told = Counter(map(says_something, outside.iterator(chunk_size=20_000)))
    return {"texts": count, "groups": stored, "in no group": told.total(), SILENT: told[False]}


def _by_hash(source: VerbatimSource) -> QuerySet[Verbatim]:
    return undecided(source).order_by("text_hash")


def _encoder(source: VerbatimSource) -> Encoder:
    inner = sentence_encoder()
    return RememberingEncoder(source.study, inner) if inner.comparable else inner


def _with_written_often(
    source: VerbatimSource, groups: list[dict[str, Any]], places: Places
) -> tuple[list[dict[str, Any]], Iterable[Place]]:
    """Also what belongs nowhere and is a group all the same, as many wrote just this."""
    from jobs.analysis.name import suggested_name

    rows = undecided(source).filter(times__gte=SMALLEST).values_list("pk", "text")
    often = {pk: text for pk, text in rows if says_something(text)}
    alone = [pk for pk, index, _ in places() if index < 0 and pk in often]
    own = {pk: (pk, index, 1.0) for index, pk in enumerate(alone, len(groups))}
    made = [_as_group(suggested_name(often[pk]), (), None) for pk in alone]
    return [*groups, *made], (own.get(place[0], place) for place in places())


def _as_group(name: str, phrases: tuple[str, ...], cohesion: float | None) -> dict[str, Any]:
    return {"name": name[:300], "phrases": list(phrases), "cohesion": cohesion}


def _together(run: Run, source: VerbatimSource, report: Reporter) -> tuple[list[dict[str, Any]], Places]:
    from jobs.analysis import Statement, cluster_statements

    rows = list(_by_hash(source).values_list("pk", "text"))
    items = [Statement(f"{place:06}", text, str(pk)) for place, (pk, text) in enumerate(rows)]
    found = cluster_statements(
        items, encoder=_encoder(source), seed=run.seed, resamples=0, report=stage(report, 0.0, 0.95)
    )
    run.versions = dict(found.versions)
    groups = [_as_group(group.name, group.phrases, group.cohesion) for group in found.groups]
    places = {
        rows[int(member.key)][0]: (index, member.similarity)
        for index, group in enumerate(found.groups)
        for member in group.members
    }
    return groups, lambda: ((pk, *places.get(pk, (-1, 0.0))) for pk, _ in rows)


def _in_two_stages(run: Run, source: VerbatimSource, report: Reporter) -> tuple[list[dict[str, Any]], Places]:
    """A sample is read and divided; every other text is placed by what was learnt from it."""
    from jobs.analysis import scale

    sample = list(_by_hash(source).values_list("pk", "text", "text_hash")[: scale.SAMPLE])
    rows = [(pk, text) for pk, text, _ in sample if says_something(text)]
    if not rows:
        return [], lambda: ()
    texts = [text for _, text in rows]
    vectors = _read_sample(run, source, texts, len(sample), report)
    report(0.5, "Learning from the sample")
    reader = scale.learn(texts, vectors)
    space = reader.project(vectors, texts)
    labels, centres = scale.divide(space, seed=run.seed, report=stage(report, 0.55, 0.6))
    similarity = scale.placed(space, centres)[1]
    report(0.6, "Naming the groups")
    piles = scale.piles(texts, labels, similarity, len(centres))
    groups = [_as_group(pile.name, pile.phrases, pile.cohesion) for pile in piles]
    near = list(zip([pk for pk, _ in rows], labels.tolist(), similarity.tolist(), strict=True))
    others = _place_others(run, source, reader, centres, sample[-1][2], stage(report, 0.65, 0.95))
    return groups, lambda: chain(near, chain.from_iterable(map(_unpacked, others)))


def _read_sample(
    run: Run, source: VerbatimSource, texts: list[str], sampled: int, report: Reporter
) -> Vectors:
    """Read in parts by all workers that are free; the database then holds every vector. `texts` are those of
    the `sampled` ones that say something."""
    encoder = _encoder(source)
    run.versions = {"encoder": f"{encoder.name} {encoder.version}"}
    if encoder.comparable:
        starts = range(0, sampled, READ_AT_ONCE)
        parts = [{"source": source.pk, "step": "read", "from": start} for start in starts]
        spread(run, parts, stage(report, 0.0, 0.5), f"Reading {len(texts):,} texts")
    return encoder.encode(texts)


def _place_others(
    run: Run, source: VerbatimSource, reader: Reader, centres: Vectors, last: str, report: Reporter
) -> list[dict[str, Any]]:
    """Where every text behind the sample belongs, part by part."""
    name = _shelve(run, reader, centres)
    try:
        parts = [
            {"source": source.pk, "step": "place", "after": after, "upto": upto, "by": name}
            for after, upto in _ranges(source, last)
        ]
        return spread(run, parts, report, "Placing every other text")
    finally:
        default_storage.delete(name)


def _shelve(run: Run, reader: Reader, centres: Vectors) -> str:
    file = BytesIO()
    reader.save(file, centres)
    return default_storage.save(f"verbatims/places-{run.pk}-{run.attempt}.npz", ContentFile(file.getvalue()))


def _ranges(source: VerbatimSource, last: str) -> Iterator[tuple[str, str]]:
    """Hashes between which a part lies; "" at the end of the last."""
    hashes = _by_hash(source).filter(text_hash__gt=last).values_list("text_hash", flat=True)
    stream = hashes.iterator(chunk_size=20_000)
    after = last
    while some := list(islice(stream, PLACED_AT_ONCE)):
        yield after, some[-1]
        after = some[-1]


# --- the parts ---------------------------------------------------------------------------------------
@run_kind("jobs.verbatims_part", title="Part of a grouping of verbatims", part=True)
def work_on_a_part(run: Run, report: Reporter) -> dict[str, Any]:
    """What any worker may take: reading some texts of the sample, or placing a range of the others."""
    source = _source_of(access_of(run), run)
    report(0, "Working")
    if run.params["step"] == "read":
        start = run.params["from"]
        texts = _by_hash(source).values_list("text", flat=True)[start : start + READ_AT_ONCE]
        _encoder(source).encode(list(filter(says_something, texts)))
        return {}
    return _packed(*_placed(source, **{name: run.params[name] for name in ("after", "upto", "by")}))


def _placed(source: VerbatimSource, *, after: str, upto: str, by: str) -> tuple[list[int], Labels, Vectors]:
    from jobs.analysis.scale import Placer

    rows = list(_by_hash(source).filter(text_hash__gt=after, text_hash__lte=upto).values_list("pk", "text"))
    with default_storage.open(by) as opened:
        placer = Placer.load(cast(BinaryIO, opened.file))
    return [pk for pk, _ in rows], *placer.place([text for _, text in rows])


def _packed(pks: list[int], labels: Labels, similarity: Vectors) -> dict[str, str]:
    """Arrays as text, because a run's result is JSON."""
    import numpy as np

    arrays = {"ids": (pks, "<i8"), "groups": (labels, "<i2"), "similarity": (similarity, "<f4")}
    return {
        name: base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode()
        for name, (values, kind) in arrays.items()
    }


def _unpacked(result: dict[str, str]) -> Iterator[tuple[int, int, float]]:
    import numpy as np

    kinds = {"ids": "<i8", "groups": "<i2", "similarity": "<f4"}
    columns = [np.frombuffer(base64.b64decode(result[name]), kind).tolist() for name, kind in kinds.items()]
    return zip(*columns, strict=True)
