"""The only reader of the environment. Every helper refuses a value that it does not understand."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """A variable that is set to nothing is not set: files of settings often name all of them."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")
    return value in TRUE


def integer(name: str, default: int, minimum: int = 0) -> int:
    value = text(name) or str(default)
    if not value.isdigit() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name}={value!r} must be a whole number of at least {minimum}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, generated: Path) -> str:
    """The secret itself, the content of the file that NAME_FILE points to, or one made on first start."""
    if text(name):
        return text(name)
    if text(f"{name}_FILE"):
        return Path(text(f"{name}_FILE")).read_text().strip()
    if not generated.exists():
        _write_new_secret(generated)
    return generated.read_text().strip()


def _write_new_secret(path: Path) -> None:
    """Two processes may start at once: O_EXCL lets exactly one of them write."""
    from django.core.management.utils import get_random_secret_key

    part = path.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(get_random_secret_key())
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()


def database(url: str, sqlite_file: Path) -> dict[str, object]:
    """Django's database setting for DATABASE_URL, or SQLite in the data folder where there is none."""
    if not url or url.startswith("sqlite:"):
        name = Path(url.removeprefix("sqlite:///")) if url else sqlite_file
        return _sqlite(name)
    return _postgres(url)


def _sqlite(name: Path) -> dict[str, object]:
    # WAL: readers never wait for the writer. IMMEDIATE: a transaction that reads first and writes later
    # takes the write lock at once, so busy_timeout covers it; without it the upgrade fails at once.
    # secure_delete: what is deleted is overwritten, so that nobody who was erased is left in free pages.
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
        " PRAGMA secure_delete=ON;",
    }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(name),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with postgres:// or sqlite:///, not {parts.scheme}://."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or 5432),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


def celery_broker(redis_url: str) -> str:
    """Celery's spelling of REDIS_URL: a Unix socket is redis+socket:// there and unix:// in redis-py."""
    return redis_url.replace("unix://", "redis+socket://", 1) if redis_url else "memory://localhost/"


def email(url: str) -> tuple[str, int, str, str, bool]:
    """Host, port, user, password and TLS of EMAIL_URL, such as smtp+tls://user:password@host:587."""
    parts = urlsplit(url or "smtp://localhost:25")
    if parts.scheme not in {"smtp", "smtp+tls"}:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp:// or smtp+tls://.")
    credentials = unquote(parts.username or ""), unquote(parts.password or "")
    return parts.hostname or "localhost", parts.port or 587, *credentials, parts.scheme == "smtp+tls"
