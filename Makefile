# Two commands for a fresh machine with Python and make:
#   make demo   cleans the first corpus samples and shows what went, where and why
#   make test   everything that has to hold, in a few minutes
# Others take longer: `make cluster` for engines of several processes, `make lowest` for the oldest versions that may be installed.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PLUGINS = $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
# Which tests run, and in how many processes (0: in this one).
MARKS ?= not slow and not cluster and not e2e
JOBS ?= 2
EXTRAS = datatrove,haystack,hf,io,langchain,llamaindex,ray,s3,scrapy,sklearn,spark,studio,testing,warc

.PHONY: demo test lint rules cluster lowest docs clean

demo: $(VENV)/.installed
	$(BIN)/python corpus_samples/demo.py

# The tests come last: their closing line is the result.
test: lint rules
	$(BIN)/python -m pytest -m "$(MARKS)" -n $(JOBS) --dist loadgroup

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

rules: $(VENV)/.developing
	$(BIN)/cleankit check rules $(wildcard plugins/*/*/rules)

# Every engine, some with a worker killed (Spark needs Java 17). CLEANKIT_CLUSTER_DOCUMENTS says on how many documents.
cluster: $(VENV)/.engines
	$(BIN)/python -m pytest -m cluster

# Data-Juicer is left out: it asks for newer versions of others than cleankit does. What old and new libraries deprecate among themselves is their affair.
lowest: $(VENV)/.developing
	$(BIN)/uv venv --quiet --clear --seed --python $(BIN)/python build/lowest
	$(BIN)/uv pip install --quiet --python build/lowest --resolution lowest-direct --editable ".[$(EXTRAS)]" $(addprefix --editable ./,$(PLUGINS)) --group dev --group engines
	build/lowest/bin/python -m pytest -W ignore::DeprecationWarning -m "$(MARKS)" -n $(JOBS) --dist loadgroup

# The site, in build/site. Pages that are made from rules and code have to be current.
docs: $(VENV)/.documenting
	$(BIN)/python -m cleankit.docgen --check
	$(BIN)/zensical build --strict -f mkdocs.yml
	$(BIN)/python tests/docs/check_site.py build/site

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cleankit needs Python 3.11 or newer: make PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: pyproject.toml $(PLUGINS:=/pyproject.toml) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable . $(addprefix --editable ./,$(PLUGINS))
	@touch $@

$(VENV)/.documenting: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	@touch $@

$(VENV)/.engines: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS),datajuicer]" --group engines
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@
