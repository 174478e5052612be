# Everything a person or CI does with the project. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.from-lock

.PHONY: help setup serve test check format bench bench-keysets docs lock clean
.DEFAULT_GOAL := help

help:  ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(STAMP)  ## Build the environment from the lock file.

serve: $(STAMP)  ## Create ./var on the first start and serve it on 127.0.0.1:8567.
	@test -e var/config.json || $(BIN)/keyreeve init --data var
	@exec $(BIN)/keyreeve serve --data var

# Neighbours share servers and tokens that take long to start, so each process begins with tests in a row.
test: $(STAMP)  ## Install what the tests need and run them all.
	scripts/install-test-services
	$(BIN)/pytest -n auto --dist worksteal

check: $(STAMP)  ## Format, lint, types, import contracts, generated documents.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python scripts/operations_reference.py --check

format: $(STAMP)  ## Apply the formatter and the safe fixes.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(STAMP)  ## Measure Keyreeve beside OpenBao on this machine.
	bench/run

bench-keysets: $(STAMP)  ## Measure encrypted columns beside a plain loop; OPTIONS=--json for a machine.
	cd bench && ../$(BIN)/python -m keysets.main $(OPTIONS)

docs: $(STAMP)  ## Write the operations reference from the catalogue.
	$(BIN)/python scripts/operations_reference.py

lock: $(STAMP)  ## Resolve the dependencies anew into requirements.lock.
	$(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv
	$(VENV)/lock/bin/uv pip compile --group dev pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet -o requirements.lock

clean:  ## Remove what the build made; ./var, which holds keys, stays.
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis tests/sdk/node/node_modules
