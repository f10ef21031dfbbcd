from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "cpd_site"
    verbose_name = "Progress Studio"

    def ready(self) -> None:
        from cpd_site import checks, runs  # noqa: F401  registers the system checks and the import
        from interviews.actions.guide import add_default_guide
        from studies.actions.studies import STARTERS

        STARTERS.append(add_default_guide)
