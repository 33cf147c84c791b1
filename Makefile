# Every target works on a fresh clone: Python 3.11, make, and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup demo test test-all lint nightly lookup ui report score bench generate lock

setup: .venv/.ready dbt_project/target/manifest.json

# A night is several processes: what the first has compiled the others read, also on machines that
# forbid Python to keep its bytecode. Compiling all that is installed would take minutes.
unexport PYTHONDONTWRITEBYTECODE

# uv installs the locked set in seconds; pip does it where uv cannot reach the registry.
.venv/.ready: requirements.lock
	@echo "setting up the environment in .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check "uv==0.13.9"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock \
	  || $(BIN)/pip install --quiet --no-compile --no-deps -r requirements.lock
	@touch $@

# Dagster reads the manifest; building it here spares every process a parse of its own.
DBT_FILES := $(shell find dbt_project -path dbt_project/target -prune -o -path dbt_project/logs -prune \
  -o -type f \( -name '*.sql' -o -name '*.yml' -o -name '*.md' -o -name '*.csv' \) -print)
dbt_project/target/manifest.json: .venv/.ready $(DBT_FILES)
	@echo "parsing the dbt project …"
	@cd dbt_project && ../$(BIN)/dbt --quiet parse --no-version-check --profiles-dir .

MODEL ?= all
demo: setup            ## a simulated county, three nights, and what was found; MODEL=min or med
	@$(BIN)/python -m orchestration.demo --model $(MODEL)

test: setup            ## everything that must hold, but what costs minutes and rarely breaks
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-all: setup        ## with the slow tests: a night killed at every step, the simulator's leaks …
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m ""

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models

AS_OF ?=
nightly: setup         ## one night over what lies in the inbox
	@$(BIN)/python -m orchestration.nightly $(if $(AS_OF),--as-of $(AS_OF))

FILE ?=
lookup: setup          ## answer one batch look-up: FILE=…, outside the inbox also ADCODE=… SUPPLIER=…
	@$(BIN)/python -m orchestration.lookup $(if $(FILE),"$(FILE)",--help) \
	  $(if $(ADCODE),--adcode "$(ADCODE)") $(if $(SUPPLIER),--supplier "$(SUPPLIER)")

ui: setup              ## Dagster's UI and daemon on loopback
	@$(BIN)/python -m orchestration.ui

report:                ## the path of the newest report
	@ls -1d "$${XIANSUO_HOME:-data}"/reports/*/index.html 2>/dev/null | sort | tail -n 1 | grep . \
	  || { echo "no night has been published yet: run 'make demo' or 'make nightly'" >&2; exit 1; }

score: setup           ## the demo's result against what the simulator planted
	@$(BIN)/python -m orchestration.demo --score-only --model $(MODEL)

bench: setup           ## time and memory of nights, beside a bare DuckDB script
	@$(BIN)/python -m tests.bench

generate: .venv/.ready ## texts that derive from contracts and rule cards
	@$(BIN)/python -m orchestration.generate

lock:
	$(BIN)/uv pip compile --quiet requirements.in -o requirements.lock
