"""Vectors of texts, so that no text is encoded twice."""

from __future__ import annotations

from django.db import models

from studies.models import StudyOwned


class Vector(StudyOwned):
    """One text's direction as float16, by the hash of the text and the encoder with its version."""

    text_hash = models.CharField(max_length=64)
    encoder = models.CharField(max_length=80)
    values = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "encoder", "text_hash"], name="one_vector_per_text")
        ]
