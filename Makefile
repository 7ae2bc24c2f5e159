# goodterms: everything a developer or an operator types. `make` alone shows the list.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Each process has a database of its own.
PYTEST := $(BIN)/python -m pytest -n $(or $(PROCESSES),2) --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup browser demo test test-long crash-hour bench lint format docs site lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use it
demo: setup ## Start a demo company with its own database, bank and clock
	$(BIN)/goodterms demo

##@ Work on it
setup: $(STAMP) ## Install everything into .venv (again only when the lock changes)

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("goodterms needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 can not make virtual environments (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

browser: ## Fetch what the browser tests need: Chromium and axe-core
	@tools/browser.sh

# Tests in a browser have processes of their own: its driver leaves an event loop running in them.
test: setup lint browser ## Run all checks and tests but the long ones
	$(PYTEST) -m "not long and not browser"
	$(PYTEST) -m "not long and browser"

test-long: setup browser ## Run every test, the long ones too
	$(PYTEST) -m "not browser"
	$(PYTEST) -m browser

crash-hour: setup ## Kill and cut off real processes for an hour, then audit (LASTS=600 SEED=7)
	GOODTERMS_CRASH_SECONDS=$(or $(LASTS),3600) $(if $(SEED),GOODTERMS_CRASH_SEED=$(SEED)) \
		$(BIN)/python -m pytest -q -m long tests/crashes/test_real_crashes.py

bench: setup ## Measure against the database's limits (ARGS="--full" for the sizes of the targets)
	$(BIN)/python -m bench $(ARGS)

##@ Keep it in order
lint: setup ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Bring the code into its usual form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

site: setup ## Build the documentation site into build/site/html, any warning an error
	$(BIN)/python -m tools.docsite

docs: setup ## Write the generated pages of docs/ anew
	$(BIN)/python -m tools.requirements_doc
	$(BIN)/python -m tools.openapi_doc
	$(BIN)/python -m tools.term_pictures

client: setup ## Make the Python client anew from docs/openapi.json (its generator in an environment of its own)
	@test -x $(VENV)-client/bin/openapi-python-client || ($(PYTHON) -m venv $(VENV)-client && \
		$(VENV)-client/bin/python -m pip install --quiet --no-deps --require-hashes -r clients/python/generator.txt)
	$(VENV)-client/bin/openapi-python-client generate --path docs/openapi.json --meta none --overwrite \
		--config clients/python/generator.yaml --output-path clients/python/src/goodterms_client/generated
	$(BIN)/python -m tools.client_stamp

lock: setup ## Lock dependencies anew (add UPGRADE=1 for newer versions)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt -c requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) clients/python/generator.in -o clients/python/generator.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## Remove caches and installed things; data/ stays
	rm -rf $(VENV) node_modules build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +
