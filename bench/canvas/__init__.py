"""The part `canvas`: the live canvas under load, beside servers of others; Node plays the people."""

from bench.canvas.figures import measure

__all__ = ["measure"]
