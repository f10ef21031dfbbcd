"""The figures that the project promises, measured. `make bench` prints them as one table."""
