"""What the Makefile calls. Only the standard library is imported before the packages are installed."""
