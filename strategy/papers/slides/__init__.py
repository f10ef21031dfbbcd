"""A canvas as slides."""

from strategy.papers.slides.deck import write_slides

__all__ = ["write_slides"]
