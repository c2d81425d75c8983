# make run   sets everything up and runs the centre with demo data on http://127.0.0.1:8000
# make test  sets everything up and runs every test
# make check the quick checks: style, types, imports
# make lock  pins the dependencies anew
# make configuration, make screenshots  write those parts of the docs
# make looks   takes every screen of the desk, in both languages, by day and by night, onto sheets in ./looks
# make openapi writes what the desk's types are made from
# Set-up is kept in stamps: a second run does only what changed.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
STAMPS := .venv/stamps
WEB := zhiyin/frontend/desk/index.html zhiyin/frontend/widget/widget.js
# Node from the virtual environment, where it had to be installed there, comes before the machine's.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
NPM := $(WITH_NODE) npm --no-fund --no-audit --no-update-notifier --loglevel=error

.PHONY: run setup test check bench lock configuration openapi screenshots looks clean
.DELETE_ON_ERROR:

run: setup
	$(BIN)/zhiyin up --demo --port $(PORT)

setup: $(STAMPS)/package $(WEB) $(STAMPS)/chromium

test: setup check
	$(BIN)/pytest -n 2 --dist loadgroup
	$(NPM) --prefix web/desk run test
	$(NPM) --prefix web/widget run test

check: $(STAMPS)/package $(WEB)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(NPM) --prefix web/desk run check
	$(NPM) --prefix web/widget run check

# --- Python -----------------------------------------------------------------------------
$(BIN)/uv: requirements/uv.txt
	scripts/make-venv.sh "$(PYTHON)"
	@touch $@

$(STAMPS)/python: requirements/dev.txt $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@mkdir -p $(@D) && touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/python
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@mkdir -p $(@D) && touch $@

# --- web --------------------------------------------------------------------------------
$(STAMPS)/node: requirements/node.txt $(BIN)/uv
	scripts/ensure-node.sh
	@mkdir -p $(@D) && touch $@

web/%/node_modules/.package-lock.json: web/%/package-lock.json $(STAMPS)/node
	$(NPM) --prefix web/$* ci
	@touch $@

SOURCES = $(shell find web/$(1) -type f -not -path '*/node_modules/*' -not -name '*.tsbuildinfo')

zhiyin/frontend/desk/index.html: web/desk/node_modules/.package-lock.json $(call SOURCES,desk) web/widget/src/i18n.ts
	$(NPM) --prefix web/desk run bundle -- --logLevel warn
	@touch $@

zhiyin/frontend/widget/widget.js: web/widget/node_modules/.package-lock.json $(call SOURCES,widget)
	$(NPM) --prefix web/widget run build -- --logLevel warn
	@touch $@

# --- a browser for the browser tests ------------------------------------------------------
$(STAMPS)/chromium: scripts/ensure-chromium.sh $(STAMPS)/python
	scripts/ensure-chromium.sh $@

# --- the rest ----------------------------------------------------------------------------
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

lock: $(BIN)/uv
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt

configuration: $(STAMPS)/package
	$(BIN)/python docs/make_configuration.py

openapi: $(STAMPS)/package
	$(BIN)/python scripts/openapi.py

screenshots: setup
	$(BIN)/python docs/screenshots.py

looks: setup
	$(BIN)/python scripts/looks.py looks
	$(BIN)/python scripts/looks.py looks --width 1920 --locale zh-CN --theme light
	$(BIN)/python scripts/looks.py looks --failing --theme light

clean:
	rm -rf .venv web/*/node_modules zhiyin/frontend
