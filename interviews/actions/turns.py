"""Writers of one interview take turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F

from interviews.models import Interview
from studies.access import StudyAccess


@contextmanager
def turn(access: StudyAccess, interview: Interview) -> Iterator[int]:
    """A transaction that counts one change of the interview and yields its number.

    The UPDATE locks the interview's row, so whoever reads afterwards sees what the last writer left, and
    "what changed since n" skips nothing. Raises Interview.DoesNotExist for one in the trash.
    """
    with transaction.atomic():
        row = access.study.interviews.filter(pk=interview.pk)
        if not row.update(change_seq=F("change_seq") + 1):
            raise Interview.DoesNotExist
        yield row.values_list("change_seq", flat=True).get()
