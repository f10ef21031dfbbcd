"""Which encoders read the statements: the one that the settings name, or those that come along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from jobs.analysis import Encoder


def sentence_encoder() -> Encoder:
    """Loaded once a process; loads numpy, so it is for workers."""
    from jobs.analysis import load_encoder

    return load_encoder(settings.SENTENCE_ENCODER)


def grouping_encoder() -> Encoder:
    """For groups of job statements, which are worth the time of two encoders; one that the settings name
    reads alone."""
    from jobs.analysis import default_pair

    return sentence_encoder() if settings.SENTENCE_ENCODER else default_pair()
