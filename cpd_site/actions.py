"""Writing across all apps: a study out of an archive."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from cpd_site.archive.layout import IMPORT_KIND
from cpd_site.archive.read import read_archive
from studies.actions.studies import create_study
from studies.models import Run
from studies.queue import enqueue


def import_study(user: Any, *, raw: bytes) -> Run:
    """The run that fills a new study of `user`. Raises ArchiveRefused before anything is written."""
    archive = read_archive(raw)
    name = default_storage.save(f"archives/{uuid4().hex}.json", ContentFile(raw))
    with transaction.atomic():
        access = create_study(user, bare=True, **archive.study)
        digest = hashlib.sha256(raw).hexdigest()
        return enqueue(access, IMPORT_KIND, params={"file": name}, input_digest=digest)
