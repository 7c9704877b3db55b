# Two commands matter: `make run` serves, `make test` checks everything. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test lint soak bench lock clean setup

help:            ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Taruna needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==0.13.9"
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	@tests/ensure-chromium
	@touch $@

setup: $(VENV)/.test    ## install everything the tests need

run: $(VENV)/.run       ## serve on http://127.0.0.1:8000
	@$(BIN)/taruna serve

lint: $(VENV)/.test     ## style, types, import contracts, wording
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r bot conversations storage
	$(BIN)/taruna lint

test: $(VENV)/.test lint   ## every check
	$(BIN)/pytest -n auto --dist loadfile

soak: $(VENV)/.test     ## the long crash run: 200 kills on SQLite and on PostgreSQL
	$(BIN)/python -m tests.soak --long

bench: $(VENV)/.test    ## speed beside peers, one table
	$(BIN)/python -m benchmarks

lock: $(VENV)/.run      ## pin again after changing pyproject.toml
	$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url pyproject.toml --group dev -o requirements-dev.lock

clean:                  ## remove what setup made (never var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
