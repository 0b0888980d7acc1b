# Everything a person runs. `make help` lists it; .ci/run calls `make test`.
# Steps that are done leave a stamp in .venv, so that a later `make run` starts at once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
# A lock file is complete: with --no-deps pip need not resolve anew, which goes wrong as soon as a newer release is out.
# What is used is compiled when it is first used; most of twilio never is.
PIP := .venv/bin/pip -qq --disable-pip-version-check install --no-deps --no-compile --require-hashes
LOCKS := deploy/locks
TESTS ?= tests
# Four on two cores: journeys wait for telephones and browsers, and somebody else works meanwhile.
WORKERS ?= 4

.PHONY: help run setup test check bench lock migration build browser clean

help: ## show this list
	@echo "A 24/7 psychological hotline. First time here? make run"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo
	@echo "The program itself: .venv/bin/python -m app --help"

run: setup ## set up what is missing and start everything: database, carrier emulator, demo line, console
	@exec $(PY) -m app run --demo

setup: .venv/.runtime build ## make the virtual environment and the console's pages

test: ## run every test, the browser's included (TESTS=tests/domain for some)
	@$(MAKE) -j3 .venv/.dev browser build
	@$(PY) -m pytest $(TESTS) -m "not alone" -n $(WORKERS) --dist loadfile --no-loadscope-reorder -q || case $$? in \
		1) echo "Once more, one after another: whatever passes now failed for want of time, and is a defect to understand."; \
			$(PY) -m pytest $(TESTS) -m "not alone" --last-failed --last-failed-no-failures none -q;; \
		5) true;; \
		*) exit 1;; \
	esac
	@$(PY) -m pytest $(TESTS) -m alone -q || [ $$? -eq 5 ] # these load the whole machine themselves

check: .venv/.dev ## lint, types, import contracts, fast tests: what a commit has to pass
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --cache-dir .venv/.import-linter
	@$(PY) -m pytest tests/domain tests/architecture -q

bench: .venv/.dev build ## measure the promised ratios; a table, and JSON in test-results/bench.json
	@$(PY) -m tests.bench

migration: .venv/.dev ## write the next migration from the tables: make migration m="notices have a reason"
	@PYTHONPATH=. $(PY) migrations/write_revision.py "$(m)"

lock: .venv/.dev ## renew deploy/locks from pyproject.toml
	@mkdir -p $(LOCKS)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile pyproject.toml \
		--generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --quiet \
		--output-file $(LOCKS)/runtime.txt
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile pyproject.toml --group dev \
		--generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --quiet \
		--constraint $(LOCKS)/runtime.txt --output-file $(LOCKS)/dev.txt
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --group console \
		--generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --quiet \
		--output-file $(LOCKS)/console.txt

build: .venv/.runtime ## build the console's pages, when their sources have changed
	@$(PY) -c 'import sys; from app.console import build_hook as b; sys.exit(not (b.is_current() or b.node_of_machine() or b.node_of_package()))' \
		|| { echo "There is no Node.js on this machine: installing one into .venv ..."; $(PIP) -r $(LOCKS)/console.txt; }
	@$(PY) -c 'import sys; from app.console import build_hook as b; sys.exit(not b.is_current())' \
		|| $(PY) -m app.console.build_hook

clean: ## remove what was set up, and keep the data in .hotline
	rm -rf .venv app/console/static app/console/web/node_modules test-results .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	@deploy/setup/make_venv.sh

.venv/.runtime: $(LOCKS)/runtime.txt | .venv/bin/python
	@echo "Installing what the service needs (once; a minute or two) ..."
	@$(PIP) -r $<
	@touch $@

.venv/.dev: $(LOCKS)/dev.txt | .venv/.runtime
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r $<
	@touch $@

browser:
	@deploy/setup/find_browser.sh
