from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "cpd_site"
    verbose_name = "Progress Studio"

    def ready(self) -> None:
        from cpd_site import checks  # noqa: F401  registers the system checks
