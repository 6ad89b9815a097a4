# `make demo` and `make test` each work alone from a clean clone; the rest is for working on the project.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed-$(shell cksum pyproject.toml | cut -d' ' -f1)

.PHONY: demo test test-slow coverage lint bench docs clean
.DELETE_ON_ERROR:

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

demo: $(STAMP)
	$(BIN)/delegation-guard demo

test: $(STAMP) lint
	$(BIN)/python -m pytest -q -n 2 -m "not slow" $(PYTEST)

test-slow: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 -m slow $(PYTEST)

coverage: $(STAMP)
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -q -n 2 -m "not slow" --cov --cov-branch --cov-report=term $(PYTEST)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

docs: $(STAMP)
	$(BIN)/delegation-guard rules --format markdown > docs/rules.md

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
