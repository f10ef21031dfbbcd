"""Which encoder reads the statements: the one that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from jobs.analysis import Encoder


def sentence_encoder() -> Encoder:
    """Loaded once a process; loads numpy, so it is for workers."""
    from jobs.analysis import load_encoder

    return load_encoder(settings.SENTENCE_ENCODER)
