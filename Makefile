# Two commands for a fresh checkout: `make review PKG=requests` and `make test`. Both set themselves up.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PKG    ?= requests
ARGS   ?=

.PHONY: help review test lint types format docs bench crater clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BIN)/.dev: pyproject.toml $(BIN)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

review: $(BIN)/.run ## review a package: make review PKG=requests (ARGS="--only wheel")
	@$(BIN)/pratique review $(PKG) $(ARGS)

# children of the pool's own tests run functions of those tests: only a fork hands them over, which wants
# one thread: neither a worker of xdist has that, nor NumPy's (which pytest-randomly imports to seed it)
test: $(BIN)/.dev lint types ## run every check and every test
	$(BIN)/python -m pytest -n 2 --ignore=tests/pool $(ARGS)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -p no:xdist tests/pool $(ARGS)

lint: $(BIN)/.dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint deploy/Containerfile
	$(BIN)/compose-lint deploy/compose.yaml

types: $(BIN)/.dev ## mypy --strict
	$(BIN)/mypy

format: $(BIN)/.dev ## let ruff format and fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(BIN)/.dev ## regenerate what docs take from code
	$(BIN)/python -m pratique.docs

bench: $(BIN)/.dev ## measure against peers in one run (bench/README.md)
	$(BIN)/python bench/engine.py $(ARGS)

crater: $(BIN)/.dev ## what the rules find in 300 benign wheels now, beside tests/goldens/crater.json
	$(BIN)/pratique crater freeze
	$(BIN)/pratique crater run

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
