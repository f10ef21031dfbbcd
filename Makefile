# Each target installs what it needs into .venv first; python3 (3.11 or newer), git and make are enough.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos shots lock

help:   ## say what each target does
	@grep -hE '^[a-z]+: +##' $(MAKEFILE_LIST) | sed 's/: *## */\t/' | expand -t 10

run:    ## start everything; PORT, HOST and DATA_DIR may be set
	@exec $(PYTHON) -m scripts.dev run

test:   ## every test: SQLite, PostgreSQL with Valkey and a worker, browser
	@exec $(PYTHON) -m scripts.dev test $(ARGS)

check:  ## style, types, import contracts, templates, migrations, container files
	@exec $(PYTHON) -m scripts.dev check

bench:  ## measure the figures that the project promises
	@exec $(PYTHON) -m scripts.dev bench $(ARGS)

chaos:  ## kill web, folding, worker, Valkey and PostgreSQL under people who edit one canvas; 15 minutes
	@exec $(PYTHON) -m scripts.dev chaos $(ARGS)

shots:  ## screenshots of every main page from the demo study
	@exec $(PYTHON) -m scripts.dev shots $(ARGS)

lock:   ## renew the lock files after a change of requirements/*.in
	@exec $(PYTHON) -m scripts.dev lock $(ARGS)
