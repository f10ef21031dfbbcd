from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from interviews.actions.coded import LISTENERS
        from jobs import checks, runs  # noqa: F401  registers the checks and the kinds of run
        from jobs.actions.suggestions import retrain_if_due

        LISTENERS.append(retrain_if_due)
