"""The log of a sheet: updates are appended before anybody is shown them, read back, and folded into a
snapshot.

All of it asks the database, so the event loop has it done by threads (strategy.live.threads, .writer).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from pycrdt import Doc

from strategy.document import new_doc
from strategy.live.threads import in_turn
from strategy.models import Sheet, SheetSnapshot, SheetUpdate

LEVEL = 1  # of zlib: snapshots are written often and are small
DROPPED_AT_ONCE = 500  # updates, so that whoever wants to write waits for milliseconds


class Row(NamedTuple):
    seq: int
    seat: str
    data: bytes


class Loaded(NamedTuple):
    """The document as it is after update `seq`, and how many `rows` of the log were read behind the snapshot.
    `whole`: the document encoded, known only if there were none."""

    doc: Doc[Any]
    seq: int
    rows: int
    whole: bytes | None = None


class Unreadable(Exception):
    """An update that no document takes."""


def append(items: Sequence[tuple[int, str, bytes]]) -> dict[int, int]:
    """Writes (sheet, seat, update) rows in one transaction; for each sheet the number of its last update.

    A transaction that raises a sheet's number holds the lock of its row until it commits. So numbers become
    visible in their order, and no reader ever skips one. Raises DatabaseError, and Sheet.DoesNotExist for a
    sheet that is gone. Bare SQL, because a row costs the ORM more time than the database.
    """
    by_sheet: dict[int, list[tuple[str, bytes]]] = {}
    for sheet, seat, data in items:
        by_sheet.setdefault(sheet, []).append((seat, data))
    with in_turn():
        return {sheet: _append(sheet, by_sheet[sheet]) for sheet in sorted(by_sheet)}


def _append(sheet: int, rows: Sequence[tuple[str, bytes]]) -> int:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE strategy_sheet SET seq = seq + %s WHERE id = %s RETURNING seq", [len(rows), sheet]
        )
        found = cursor.fetchone()
        if found is None:
            raise Sheet.DoesNotExist(f"There is no sheet {sheet}.")
        first = int(found[0]) - len(rows) + 1
        cursor.executemany(
            "INSERT INTO strategy_sheetupdate (sheet_id, seq, seat, data, bad, made_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(sheet, first + place, seat, data, False, now) for place, (seat, data) in enumerate(rows)],
        )
    return int(found[0])


def rows_after(sheet: int, seq: int, upto: int | None = None) -> list[Row]:
    """The updates with higher numbers than `seq`, in order, but for those that cannot be read."""
    rows = SheetUpdate.objects.filter(sheet=sheet, seq__gt=seq, bad=False).order_by("seq")
    if upto is not None:
        rows = rows.filter(seq__lte=upto)
    return [Row(seq, seat, bytes(data)) for seq, seat, data in rows.values_list("seq", "seat", "data")]


def load(sheet: int, upto: int | None = None, client: int | None = None) -> Loaded:
    """The document as it is now, or as it was after update `upto` if the snapshot does not hold later ones.
    `client`: the id with which the caller will write on it (strategy.live.pens).

    An update that cannot be applied is marked as bad and left out. The log is read before the snapshot: what
    another process folds away between the two questions is then in the snapshot.
    """
    rows = rows_after(sheet, 0, upto)
    return _put_together(sheet, rows, SheetSnapshot.objects.filter(pk=sheet).first(), client)


def load_all(sheets: Collection[int]) -> dict[int, Loaded]:
    """As load() for each sheet, in two questions for all of them together."""
    logs: dict[int, list[Row]] = {sheet: [] for sheet in sheets}
    found = SheetUpdate.objects.filter(sheet__in=sheets, bad=False).order_by("seq")
    for sheet, seq, seat, data in found.values_list("sheet", "seq", "seat", "data"):
        logs[sheet].append(Row(seq, seat, bytes(data)))
    snapshots = SheetSnapshot.objects.in_bulk(sheets)
    return {sheet: _put_together(sheet, rows, snapshots.get(sheet)) for sheet, rows in logs.items()}


def _put_together(
    sheet: int, rows: list[Row], snapshot: SheetSnapshot | None, client: int | None = None
) -> Loaded:
    begin = snapshot.seq if snapshot else 0
    rows = [row for row in rows if row.seq > begin]
    base = [zlib.decompress(bytes(snapshot.data))] if snapshot else []
    doc = new_doc(client)
    try:
        with doc.transaction():  # one for all updates is twenty times as fast as one each
            for data in [*base, *(row.data for row in rows)]:
                apply(doc, data)
    except Unreadable:
        doc = _load_one_by_one(sheet, new_doc(client), base, rows)
    if base and not rows:
        return Loaded(doc, begin, 0, base[0])
    return Loaded(doc, rows[-1].seq if rows else begin, len(rows))


def _load_one_by_one(sheet: int, doc: Doc[Any], base: Iterable[bytes], rows: Iterable[Row]) -> Doc[Any]:
    for data in base:
        apply(doc, data)
    for row in rows:
        taken(doc, sheet, row)
    return doc


def taken(doc: Doc[Any], sheet: int, row: Row) -> bool:
    """Applies one update of the log. If that cannot be done, marks it as bad for ever and returns False."""
    try:
        apply(doc, row.data)
    except Unreadable:
        SheetUpdate.objects.filter(sheet=sheet, seq=row.seq).update(bad=True)
        return False
    return True


def apply(doc: Doc[Any], update: bytes) -> None:
    """Raises Unreadable for what is no update. For some of these the library panics; what it then raises is a
    BaseException and no Exception."""
    try:
        doc.apply_update(update)
    except ValueError as error:
        raise Unreadable("This is not an update of a document.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("This update broke the document library.") from error


def tail(sheet: int, after: int) -> list[Row] | None:
    """The updates behind number `after`. None if some of them were folded away already: the caller has to
    load the document instead."""
    rows = rows_after(sheet, after)
    if rows and rows[0].seq == after + 1:
        return rows
    folded = SheetSnapshot.objects.filter(pk=sheet, seq__gt=after).exists()
    return None if folded else rows


def fold(sheet: int, known: Loaded | None = None) -> bool:
    """Folds the log into the snapshot: up to `known`, else up to what the rows of cards show already. False
    if there is nothing to fold.

    The document is read before the lock is taken, so that nobody waits for that. The new snapshot is one
    commit; updates that it holds are never read again, and are deleted afterwards, piece by piece. So the
    process may be killed at any moment.
    """
    if not length(sheet):
        return False
    known = _foldable(sheet, known)
    folded = known.rows > 0 and _replace_snapshot(sheet, known)
    _drop_folded(sheet)
    return folded


def _foldable(sheet: int, known: Loaded | None) -> Loaded:
    """A document that was read before its past was forgotten still remembers it: it is read anew."""
    row = Sheet.objects.filter(pk=sheet).first()
    if row is None:
        return known or Loaded(new_doc(), 0, 0)
    if known is None:
        return load(sheet, row.seq if row.seat else row.projected_seq)
    return load(sheet, known.seq) if row.forgotten else known


def forget_past(sheet: int) -> None:
    """Folds the whole log into a snapshot without deleted words. Inside the transaction, and under the lock,
    of a caller whose rows of cards are up to date.

    Browsers and rooms that hold the old document go on with it: both have the same numbers.
    """
    known = load(sheet)
    bare: Doc[Any] = Doc()
    bare.apply_update(known.doc.get_update())
    data = zlib.compress(bare.get_update(), LEVEL)
    SheetSnapshot.objects.update_or_create(pk=sheet, defaults={"seq": known.seq, "data": data})
    SheetUpdate.objects.filter(sheet=sheet).delete()
    Sheet.objects.filter(pk=sheet).update(forgotten=True)


def _replace_snapshot(sheet: int, known: Loaded) -> bool:
    data = zlib.compress(known.doc.get_update(), LEVEL)
    with in_turn():
        there = Sheet.objects.select_for_update().filter(pk=sheet).exists()
        if not there or SheetSnapshot.objects.filter(pk=sheet, seq__gte=known.seq).exists():
            return False
        SheetSnapshot.objects.update_or_create(pk=sheet, defaults={"seq": known.seq, "data": data})
    return True


def _drop_folded(sheet: int) -> None:
    """Deletes the oldest first: whoever reads the log meanwhile finds the end of it, never one with a
    hole."""
    snapshot = SheetSnapshot.objects.filter(pk=sheet).values_list("seq", flat=True).first() or 0
    folded = SheetUpdate.objects.filter(sheet=sheet, seq__lte=snapshot, bad=False).order_by("seq")
    while first := list(folded.values_list("seq", flat=True)[:DROPPED_AT_ONCE]):
        with in_turn():
            folded.filter(seq__lte=first[-1]).delete()


def length(sheet: int) -> int:
    """How many updates are not folded yet."""
    return SheetUpdate.objects.filter(sheet=sheet, bad=False).count()


def long_logs(at_least: int) -> list[int]:
    """Sheets with so many updates that are not folded."""
    counted = SheetUpdate.objects.filter(bad=False).order_by().values("sheet").annotate(count=Count("pk"))
    return list(counted.filter(count__gte=at_least).values_list("sheet", flat=True)[:200])
