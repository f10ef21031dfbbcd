"""Addresses of websockets. Whoever opens one is asked for their seat, as on every page of a room."""

from django.urls import path

from strategy.consumers import CanvasConsumer, DraftConsumer

websocket_urlpatterns = [
    path("ws/canvas/<int:canvas_id>/", CanvasConsumer.as_asgi()),
    path("ws/canvas/<int:canvas_id>/draft/", DraftConsumer.as_asgi()),
]
