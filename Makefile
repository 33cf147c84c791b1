# Every target works on a fresh clone: Python 3.11, make, and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export DAGSTER_HOME ?=
.PHONY: setup demo test lint nightly ui report score bench generate lock clean

setup: .venv/.ready dbt_project/target/manifest.json

# uv installs the locked set in seconds; pip does it where uv cannot reach the registry.
.venv/.ready: requirements.lock
	@echo "setting up the environment (.venv) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check "uv==0.13.9"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock \
	  || $(BIN)/pip install --quiet --no-deps -r requirements.lock
	@touch $@

lock:
	$(BIN)/uv pip compile --quiet requirements.in -o requirements.lock
