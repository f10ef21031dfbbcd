from django.apps import AppConfig
from django.conf import settings


class StrategyConfig(AppConfig):
    name = "strategy"

    def ready(self) -> None:
        from strategy import runs  # noqa: F401  registers the kinds of run

        if settings.CHANNEL_LAYERS:
            from strategy.live.wakes import wake_web_processes
            from studies.news import on_news

            on_news(wake_web_processes)
