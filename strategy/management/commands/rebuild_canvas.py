"""manage.py rebuild_canvas: the rows of cards anew from their documents, from the beginning."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from strategy.actions.projection import rebuild
from strategy.models import Canvas


class Command(BaseCommand):
    help = "Write the rows of cards anew from the shared documents: of the canvases given, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("canvases", nargs="*", type=int, help="ids of canvases; default: all")

    def handle(self, *, canvases: list[int], **options: Any) -> None:
        rows = Canvas.with_trash.select_related("job", "study").order_by("pk")
        found = list(rows.filter(pk__in=canvases) if canvases else rows)
        if missing := set(canvases) - {canvas.pk for canvas in found}:
            raise CommandError(f"There is no canvas {', '.join(map(str, sorted(missing)))}.")
        for canvas in found:
            done = rebuild(canvas)
            self.stdout.write(f"Canvas {canvas.pk}: {done['cards']} cards, {done['changed']} rows changed.")
