"""An encoder that remembers: what the study has encoded before comes from its database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.models import Vector
from studies.models import Study

if TYPE_CHECKING:
    from jobs.analysis.embed import Encoder, Vectors
    from jobs.analysis.pair import Task

AT_ONCE = 500  # hashes in one query: SQLite bears no more than some thousand parameters


def remembering(study: Study, encoder: Encoder) -> Encoder:
    """The encoder with the study's memory; one whose vectors differ from call to call gets none."""
    from jobs.analysis import PairEncoder

    if not encoder.comparable:
        return encoder
    if isinstance(encoder, PairEncoder):
        return encoder.reading(lambda tasks: _read_and_remembered(study, tasks))
    return RememberingEncoder(study, encoder)


@dataclass(frozen=True)
class Asked:
    """Hashes of the texts in their order, the vectors that are known, and the texts that are not, by hash."""

    hashes: list[str]
    known: dict[str, Vectors]
    missing: dict[str, str]


class RememberingEncoder:
    """Gives the same vectors for the same text on every call: they are rounded to float16 before they are
    used for the first time, not only when they are read back."""

    comparable = True

    def __init__(self, study: Study, inner: Encoder) -> None:
        self.study, self.inner = study, inner
        self.name, self.version, self.dim = inner.name, inner.version, inner.dim
        self.comparable = True

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"[:80]

    def encode(self, texts: Sequence[str]) -> Vectors:
        asked = self.asked(texts)
        return self.answered(asked, self.inner.encode(list(asked.missing.values())) if asked.missing else ())

    def asked(self, texts: Sequence[str]) -> Asked:
        hashes = [hash_of(text) for text in texts]
        known = self._remembered(hashes)
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        return Asked(hashes, known, missing)

    def answered(self, asked: Asked, fresh: Iterable[Vectors]) -> Vectors:
        """`fresh`: a row for each text that was missing, which is remembered."""
        import numpy as np

        new = {key: row.astype(np.float16) for key, row in zip(asked.missing, fresh, strict=True)}
        self._remember({key: row.tobytes() for key, row in new.items()})
        known = asked.known | new
        if not known:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack([known[key] for key in asked.hashes]).astype(np.float32)

    def _remembered(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        import numpy as np

        found: dict[str, Vectors] = {}
        for some in _batches(sorted(set(hashes))):
            rows = self.study.vectors.filter(encoder=self.label, text_hash__in=some)
            for key, values in rows.values_list("text_hash", "values"):
                found[key] = np.frombuffer(bytes(values), dtype=np.float16)
        return found

    def _remember(self, values: dict[str, bytes]) -> None:
        rows = (
            Vector(study=self.study, encoder=self.label, text_hash=key, values=packed)
            for key, packed in values.items()
        )
        Vector.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _read_and_remembered(study: Study, tasks: Sequence[Task]) -> list[Vectors]:
    """What two encoders have not read yet they read at once; the database is asked by this thread alone."""
    from jobs.analysis.pair import at_once

    memories = [RememberingEncoder(study, encoder) for encoder, _texts in tasks]
    asked = [memory.asked(texts) for memory, (_encoder, texts) in zip(memories, tasks, strict=True)]
    missing = [list(each.missing.values()) for each in asked]
    fresh = at_once([(memory.inner, texts) for memory, texts in zip(memories, missing, strict=True)])
    return [memory.answered(each, rows) for memory, each, rows in zip(memories, asked, fresh, strict=True)]


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
