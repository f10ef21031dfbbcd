"""An encoder that remembers: what the study has encoded before comes from its database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from jobs.models import Vector
from studies.models import Study

if TYPE_CHECKING:
    from jobs.analysis.embed import Encoder, Vectors

AT_ONCE = 500  # hashes in one query: SQLite bears no more than some thousand parameters


def remembering(study: Study, encoder: Encoder) -> Encoder:
    """The encoder with the study's memory; one whose vectors differ from call to call gets none."""
    return RememberingEncoder(study, encoder) if encoder.comparable else encoder


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
        import numpy as np

        hashes = [hash_of(text) for text in texts]
        known = self._remembered(hashes)
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        if missing:
            fresh = self.inner.encode(list(missing.values())).astype(np.float16)
            known |= dict(zip(missing, fresh, strict=True))
            self._remember({key: known[key].tobytes() for key in missing})
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack([known[key] for key in hashes]).astype(np.float32)

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


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
