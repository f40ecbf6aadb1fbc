# Everything a contributor runs. Each target works first and alone in a fresh clone with Python 3.11+, git and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: check test bench docs format clean

check: .venv/installed  ## Check the definitions of this repository.
	$(BIN)/gnomon check

test: .venv/installed-test  ## Run the test suite, ruff and mypy among it.
	$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

bench: .venv/installed-test  ## Measure speed, side by side with plain PyYAML.
	$(BIN)/python tests/bench.py

docs: .venv/installed-docs  ## Build the site of the definitions and guides.
	$(BIN)/gnomon docs build $(DOCS_ARGS)

format: .venv/installed-test  ## Lay the Python code out.
	$(BIN)/ruff format tools tests
	$(BIN)/ruff check --fix tools tests

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "gnomon needs Python 3.11 or newer, and $(PYTHON) is older: run 'make $(MAKECMDGOALS) PYTHON=python3.12'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) "pip>=25.1"  # knows dependency groups

.venv/installed: pyproject.toml | .venv/bin/python
	$(PIP) --editable .
	@touch $@

.venv/installed-docs: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[docs]'
	@touch $@ .venv/installed

.venv/installed-test: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[docs]' --group test
	@touch $@ .venv/installed .venv/installed-docs

clean:  ## Remove what the other targets made.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
