# The commands for people. Git ignores everything that they create (.venv*, data/, target/).
# Written for GNU make 3.81, the version of macOS.

VENV ?= .venv
# For bench: millions of events, and the number of cases for the comparison of tools.
MILLIONS ?= 1 10
TOOL_CASES ?= 110500
RUN := $(VENV)/bin
LINT := .venv-lint/bin
UV ?= uv

export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := 0
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help spark java demo test lint parity check check-fast soak bench screenshots holidays lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.stamp ## build and publish the demo log, then show its summary
	@$(RUN)/l2c demo

# Tests and lint build in their own folders; your landing is never changed.
scratch = rm -rf $$L2C_DATA_DIR && mkdir -p $$L2C_DATA_DIR/landing $$L2C_DATA_DIR/build && \
	cp data/landing/empty.parquet $$L2C_DATA_DIR/landing/

test: export L2C_DATA_DIR := data/test
test: $(VENV)/.stamp ## build and test the demo log of the clone, then run the Python tests
	@$(scratch)
	DBT_WRITE_JSON=true $(RUN)/l2c build --all-tests
	L2C_TEST_BUILD=$$L2C_DATA_DIR $(RUN)/python -m pytest -n auto --dist worksteal

lint: export L2C_DATA_DIR := data/lint
lint: $(VENV)/.stamp .venv-lint/.stamp ## check formats, spelling, types, SQL style, order of rooms and chapters
	$(LINT)/ruff check
	$(LINT)/ruff format --check
	$(LINT)/codespell
	$(LINT)/mypy --python-executable $(RUN)/python
	$(LINT)/lint-imports --no-logo
	L2C_REQUIRE_LINT=1 $(RUN)/python -m pytest --quiet tests/lint/test_rooms.py
	$(LINT)/sqlfluff lint --disable-progress-bar models macros tests
	@$(scratch)
	$(RUN)/dbt --quiet build --empty --exclude-resource-type test unit_test
	$(RUN)/dbt --quiet docs generate
	COLUMNS=160 $(LINT)/dbt-bouncer run

check-fast: $(VENV)/.stamp .venv-lint/.stamp ## lint and test what differs from main: changed files, their chapters
	@VENV=$(VENV) sh .ci/fast

parity: $(VENV)/.stamp .venv-parity/.stamp ## compare the published tables with the counts of pm4py
	L2C=$(RUN)/l2c .venv-parity/bin/python -m pytest tests/parity

spark: java .venv-spark/.stamp ## build logs on DuckDB and Spark and compare the published tables (needs Java 17)
	.venv-spark/bin/python -m pip install -qq --no-deps --editable .
	.venv-spark/bin/python -m pytest tests/engines

java:
	@sh requirements/java.sh

check: test lint parity ## everything that CI runs, except Spark

soak: ## run the checks that are too long for CI: each Python found, DuckDB 1.5 and 2.0, other clients, kills
	bash tests/soak/run.sh

bench: $(VENV)/.stamp .venv-bench/.stamp ## measure every step at 1 and 10 million events, and pm4py, numpy and polars
	$(RUN)/python bench/spine.py run $(MILLIONS)
	$(RUN)/l2c simulate --cases $(TOOL_CASES) --lang en -o data/bench.parquet
	.venv-bench/bin/python bench/tools.py data/bench.parquet
	.venv-bench/bin/python bench/picture.py
	rm data/bench.parquet data/bench.causes.json

screenshots: demo ## write screenshots of the report of the demo log (needs Chromium), to docs/screenshots/
	$(RUN)/python docs/screenshots.py data/demo/publish/lead_to_cash.duckdb

holidays: $(VENV)/.stamp ## generate the seeds of public holidays and country time zones again
	$(RUN)/python seeds/policy/make_holidays.py

lock: ## compile the locks of the environments from pyproject.toml (needs uv)
	$(compile) pyproject.toml --group test --output-file requirements/run.txt
	$(compile) --group lint --output-file requirements/lint.txt
	$(compile) --group bench --output-file requirements/bench.txt
	$(compile) --group parity --output-file requirements/parity.txt
	$(compile) pyproject.toml --group test --group spark --constraint requirements/run.txt --output-file requirements/spark.txt
compile = $(UV) pip compile --quiet --universal --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock"

clean: ## remove what these commands created; your landing and publications stay
	rm -rf .venv .venv-* target logs data/demo data/fast data/lint data/soak data/test

# An environment is created again when its lock changes. INSTEAD: packages that replace locked ones (soak).
$(VENV)/.stamp: requirements/run.txt pyproject.toml
	@sh requirements/environment.sh $(VENV) $<
	@$(RUN)/python -m pip install -qq --no-deps --editable . $(INSTEAD)
	@touch $@

.venv-%/.stamp: requirements/%.txt
	@sh requirements/environment.sh .venv-$* $<
	@touch $@
