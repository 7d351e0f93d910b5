# `make` alone lists what there is.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install evaluate test-fast test test-all attack check format lock clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

install: .venv/installed ## set up the environment in .venv

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11 to 3.13 is needed, this is %d.%d; give another: make PYTHON=python3.12 ..." % v)'
	@echo "Installing the libraries into .venv, once: 2 minutes on two cores, more on a slow connection. It takes 3 GB."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@
	@echo "Installed."

evaluate: install ## run the whole pipeline, to data/report/index.html
	$(BIN)/luigi --module pipeline EvaluateAll

test-fast: install ## run the tests that build no network and start no command
	$(BIN)/python -m pytest --numprocesses 2 -m "not runs and not slow"

test: install check ## check style and types, and run all tests but the slow ones
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow"

test-all: install check ## check style and types, and run all tests; CI does this
	FUZZ_EXAMPLES=500 $(BIN)/python -m pytest --numprocesses 2

attack: install ## attack the pipeline, as docs/security.md describes; takes an hour or two
	$(BIN)/python -m tests.attack

check: install ## check style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: install ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin the newest versions that pyproject.toml allows
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev,s3,dask]'
	(head -n 1 requirements.lock; $(BIN)/python -m pip freeze --exclude-editable) > requirements.new
	mv requirements.new requirements.lock

clean: ## remove the environment and the caches of tools; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache *.egg-info
