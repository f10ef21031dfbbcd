"""Writing a strategy: canvases, cards, what happens in a room, and the actions that come of it."""
