"""What `up` insists on before the first process starts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from cpd_site import startup


@pytest.fixture
def migrated(transactional_db: None, settings: Any) -> Iterator[MigrationRecorder]:
    """The tests' tables are made without migrations; here their database holds that each was applied."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(app, name)
    yield recorder
    with connection.schema_editor() as editor:
        editor.delete_model(recorder.Migration)


def test_nothing_is_copied_when_no_migration_is_pending(migrated: MigrationRecorder, tmp_path: Path) -> None:
    assert startup.migrate_if_needed(tmp_path / "backups") is None
    assert list(tmp_path.iterdir()) == []


def test_another_database_than_sqlite_is_never_migrated_unasked(
    migrated: MigrationRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    migrated.record_unapplied("sessions", "0001_initial")

    with pytest.raises(CommandError, match=r"1 migrations are pending .*\n.*python manage.py migrate"):
        startup.migrate_if_needed(tmp_path / "backups")


def test_a_copy_that_cannot_be_written_stops_the_migration(
    migrated: MigrationRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    migrated.record_unapplied("sessions", "0001_initial")
    in_the_way = tmp_path / "a-file"
    in_the_way.touch()

    with pytest.raises(CommandError, match="nothing was changed"):
        startup.migrate_if_needed(in_the_way / "backups")


def test_a_host_that_is_not_ours_is_named_in_the_refusal() -> None:
    with pytest.raises(CommandError, match=r"HOST|192\.0\.2\.1"):
        startup.refuse_busy_port("192.0.2.1", 8000)


@pytest.fixture
def fresh_finders() -> Iterator[None]:
    """Django remembers its finders; what one test sees must not stay for the next."""
    get_finder.cache_clear()
    yield
    get_finder.cache_clear()


def test_static_files_are_gathered_again_only_when_one_has_changed(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, fresh_finders: None
) -> None:
    gathered: list[str] = []
    monkeypatch.setattr(startup, "call_command", lambda name, **options: gathered.append(name))
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]

    results = [startup.collect_static_files(tmp_path), startup.collect_static_files(tmp_path)]
    (source / "a.css").write_text("a { color: red }")
    results.append(startup.collect_static_files(tmp_path))

    assert results == [True, False, True]
    assert gathered == ["collectstatic", "collectstatic"]
