"""Forms of the strategy: they validate and look up what was posted inside the study; actions write."""
