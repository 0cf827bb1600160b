# Two commands from a fresh clone: `make demo` and `make test`. Needed: Python 3.11 or later, make, git.

SHELL := /bin/sh
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help setup-demo setup-dev demo demo-reset test test-env bench lint assets lock clean
# One step at a time, also under `make -j`.
.NOTPARALLEL:

# The first interpreter that is new enough; version managers leave names on the path that do not start.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV_PYTHON := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1|/p' Makefile | while IFS='|' read -r c t; do printf '  %-18s %s\n' "$$c" "$$t"; done

# `exec`, so that a signal sent to make reaches the program and not only a shell around it.
setup-demo setup-dev:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and was not found; or say where: make PYTHON=..." >&2; exit 1; }
	@exec "$(PYTHON)" dev/bootstrap.py $(patsubst setup-%,%,$@)

demo: setup-demo ## the whole portal with demo data on http://localhost:8000 (PORT=8000); Ctrl-C stops it
	@exec $(VENV_PYTHON) -m dev.demo

demo-reset: setup-demo ## throw the demo data away; the next `make demo` starts over
	@exec $(VENV_PYTHON) -m dev.demo --reset

test: setup-dev ## all tests, browser tests included (ARGS='-k word' for pytest)
	@exec $(VENV_PYTHON) -m dev.test $(ARGS)

test-env: setup-dev ## a test database and broker that stay until Ctrl-C, with the lines to export
	@exec $(VENV_PYTHON) -m dev.test --env-only

lint: setup-dev ## style, types, import rules, migrations
	@exec $(VENV_PYTHON) -m dev.lint

assets: setup-demo ## build the front end into portal/static/vendor
	@exec $(VENV_PYTHON) dev/build_assets.py

bench: setup-dev ## measure the portal on 100,000 young people (ARGS="--docs" rewrites docs/performance.md)
	@exec $(VENV_PYTHON) -m dev.bench $(ARGS)

lock: setup-dev ## make requirements/*.txt anew from pyproject.toml (ARGS=--upgrade for newer versions)
	@exec $(VENV_PYTHON) -m dev.lock $(ARGS)

clean: ## remove what the commands made, demo data included
	@if [ -x $(VENV_PYTHON) ]; then $(VENV_PYTHON) -m dev.demo --reset; fi
	rm -rf .venv var node_modules portal/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find portal/translations -name '*.mo' -delete 2>/dev/null || true
