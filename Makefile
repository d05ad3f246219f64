# Strata. `make` alone lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Which tests; the proofs of incremental builds take as long as all others, and
# PostgreSQL or Spark must be installed.
MARKS ?= not proof and not postgres and not spark
# Which of the tests on Spark; the gate takes "spark and not proof".
SPARK_MARKS ?= spark
# The sizes of `make bench`.
EVENTS ?= 1000000,10000000
SQL := models analyses tests/invariants tests/reconciliation examples/consumer/models

export STRATA_DUCKDB_PATH ?= warehouse/strata.duckdb
export STRATA_RAW_PATH ?= data/raw
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
.PHONY: help demo test test-package test-postgres test-spark bench lint docs clean

help: ## This list
	@echo "make …"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
		| awk -F ':.*## ' '{printf "  %-13s %s\n", $$1, $$2}'

demo: $(STAMP) ## Simulate a shop, load it, build the warehouse, say what it holds
	@echo "1/4 Simulating two years of 6,000 people into $(STRATA_RAW_PATH)"
	@$(BIN)/strata simulate --users 6000 --days 730
	@echo "2/4 Loading it into $(STRATA_DUCKDB_PATH)"
	@$(BIN)/strata load contract
	@echo "3/4 Building the warehouse"
	@$(BIN)/strata build --selector daily
	@echo "4/4 What it says"
	@$(BIN)/strata summary
	@echo
	@echo "What to do next:"
	@echo "  edit a threshold in seeds/rules/strata__tier_rules.csv, then: $(BIN)/strata build"
	@echo "  load your own data: $(BIN)/strata load contract FOLDER (docs/sources.md)"
	@echo "  read the models and their lineage: make docs"

test: lint ## Style, then the tests; MARKS= runs the long ones, too
	@echo "Tests"
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m "$(MARKS)"

test-package: $(STAMP) ## A project that installs this one as a package, built
	@$(BIN)/pytest -q tests/python/test_package.py

test-postgres: $(STAMP) ## The same rows on PostgreSQL as on DuckDB, on a server of its own
	@$(BIN)/pytest -q -rs -n 2 --dist loadgroup -m postgres tests/python/test_postgres.py

test-spark: $(VENV)/.installed-spark ## The same rows on Apache Spark as on DuckDB, in a session of its own
	@$(BIN)/pytest -q -rs -m "$(SPARK_MARKS)" tests/python/test_spark.py

bench: $(STAMP) ## Time builds and jobs, beside Polars and ClickHouse where installed
	@$(BIN)/strata bench all --events $(EVENTS) --write docs/benchmarks.md

lint: $(STAMP) ## Style of the Python and the SQL
	@echo "Style of the Python"
	@$(BIN)/ruff check .
	@echo "Style of the SQL"
	@$(BIN)/sqlfluff lint --processes 2 $(SQL)

docs: $(STAMP) ## Documentation of all models in one file
	@mkdir -p $(dir $(STRATA_DUCKDB_PATH))
	@$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html"

clean: ## Remove what was built; keeps the environment, raw data and warehouse
	@rm -rf target logs dbt_packages .pytest_cache .ruff_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, once for each change of the pinned list.
$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Strata needs Python 3.11 or later (DuckDB 2.0 does); name one:" \
			"make PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing $$(grep -c == requirements.txt) packages into $(VENV) (a minute or two)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Spark is large (400 MB), so it is installed where it is asked for.
$(VENV)/.installed-spark: requirements-spark.txt $(STAMP)
	@echo "Installing Spark into $(VENV)"
	@$(PIP) install --requirement requirements-spark.txt
	@touch $@
