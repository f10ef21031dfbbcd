"""Canvases, cards and actions; the shared documents behind them; workshops on them."""

from strategy.models.actions import Action, KpiReading
from strategy.models.canvases import Canvas, CanvasVersion, Card, CardComment, CardDecision, Lane
from strategy.models.live import Sheet, SheetSnapshot, SheetUpdate
from strategy.models.workshops import Dot, Guest, RoomLink, RoomRole, Workshop

__all__ = [
    "Action",
    "Canvas",
    "CanvasVersion",
    "Card",
    "CardComment",
    "CardDecision",
    "Dot",
    "Guest",
    "KpiReading",
    "Lane",
    "RoomLink",
    "RoomRole",
    "Sheet",
    "SheetSnapshot",
    "SheetUpdate",
    "Workshop",
]
