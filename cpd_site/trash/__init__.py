"""The trash of a study: what was deleted by marking it, and the way back of each."""
