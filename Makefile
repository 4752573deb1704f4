# What a newcomer types. Needs Python >= 3.11, git and make; everything else is fetched into this folder.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
ARGS ?=

.PHONY: help install demo test check bench nightly evaluate clean

help:
	@echo "make demo      an invented person's eight years, imported for real   (ARGS=--no-open: print and end)"
	@echo "make test      the tests"
	@echo "make check     lint, types, layers"
	@echo "make bench     timings against peers, as ratios"
	@echo "make evaluate  the score against every published one   (SET=manufacturing-email TASK=dormant JSON=FILE)"
	@echo "make nightly   broken input and accidents by the hundred thousand (an hour or two; full disks need root)"
	@echo "make clean     remove what the other targets created"

install: $(STAMP)

$(STAMP): uv.lock pyproject.toml scripts/bootstrap.py
	@$(PYTHON) scripts/bootstrap.py
	@touch $@

demo: $(STAMP)
	@WEAKTIES_HOME=$(CURDIR)/.demo/home $(BIN)/weakties demo --folder $(CURDIR)/.demo $(ARGS)

test: check
	@$(BIN)/python -m pytest -q -n 3 $(ARGS)

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python bench/run.py $(ARGS)

evaluate: $(STAMP)
	@$(BIN)/python -m bench.evaluate $(SET) $(if $(TASK),--task $(TASK)) $(if $(JSON),--json $(JSON)) $(ARGS)

nightly: $(STAMP)
	@$(BIN)/python -m scripts.fuzz
	@$(BIN)/python -m scripts.faults kill --cases 1000
	@$(BIN)/python -m scripts.faults together --cases 50
	@$(BIN)/python -m scripts.faults full

clean:
	rm -rf .venv .bootstrap .demo .fuzz dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
