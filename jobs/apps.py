from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from jobs import checks, runs  # noqa: F401  registers the checks and the kinds of run
