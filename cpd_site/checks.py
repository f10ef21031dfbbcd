"""Wrong combinations of settings are system checks, not folklore."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.exceptions import ImproperlyConfigured


@register(Tags.database)
def several_processes_need_redis(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if on_sqlite or settings.REDIS_URL:
        return []
    return [
        Error(
            "DATABASE_URL names PostgreSQL but REDIS_URL is not set: no worker would hear of a run.",
            hint="Set REDIS_URL to a Redis or Valkey server.",
            id="cpd_site.E001",
        )
    ]


@register()
def several_web_processes_need_redis(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """uvicorn starts as many as WEB_CONCURRENCY says."""
    if settings.WEB_CONCURRENCY == 1 or settings.REDIS_URL:
        return []
    return [
        Error(
            "WEB_CONCURRENCY asks for several web processes but REDIS_URL is not set: people on one canvas"
            " would not see each other.",
            hint="Set REDIS_URL to a Redis or Valkey server, or WEB_CONCURRENCY to 1.",
            id="cpd_site.E002",
        )
    ]


@register(Tags.security)
def https_needs_a_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.BEHIND_PROXY or not settings.HTTPS_ONLY:
        return []
    return [
        Error(
            "HTTPS_ONLY is set but BEHIND_PROXY is not: no part of this speaks TLS by itself, so each page"
            " would lead to itself for ever.",
            hint="Set BEHIND_PROXY to true, and let the proxy send X-Forwarded-Proto (docs/server.md).",
            id="cpd_site.E003",
        )
    ]


def refuse_wrong_combinations() -> None:
    """For processes that no management command starts. Raises ImproperlyConfigured."""
    for check in (several_processes_need_redis, several_web_processes_need_redis, https_needs_a_proxy):
        for error in check(None):
            raise ImproperlyConfigured(f"{error.msg} {error.hint}")


@register(Tags.security, deploy=True)
def https_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.HTTPS_ONLY:
        return []
    return [Info("HTTPS_ONLY is off: cookies travel unencrypted beyond this machine.", id="cpd_site.I001")]
