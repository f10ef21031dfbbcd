"""A sentence encoder that cannot be loaded is found at start, not in the middle of a run."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from jobs.encoders import sentence_encoder


@register()
def sentence_encoder_loads(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SENTENCE_ENCODER:  # those that come along; nothing heavy is loaded to say so
        return []
    try:
        sentence_encoder()
    except ValueError as wrong:
        hint = "Correct SENTENCE_ENCODER, or leave it empty for the encoders that come along."
        return [Error(str(wrong), hint=hint, id="jobs.E001")]
    return []
