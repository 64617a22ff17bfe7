# make run · make test · make quick · make setup · make lint · make bench · make translations (see README.md)

PORT ?= 8000
KIOSK_INSTANCE ?= $(CURDIR)/instance
export PORT KIOSK_INSTANCE
# Everything is written in UTF-8, in whatever language the locale speaks.
export PYTHONUTF8 := 1
# Compiled modules are kept wherever it runs: the house opens in four fifths of the time.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$name && break; \
	done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint requirements.lock
CATALOGUES := $(wildcard kiosk/translations/*/LC_MESSAGES/messages.po)

.PHONY: run test quick setup lint bench translations chromium postgresql nodejs

run: setup
	@test -e "$(KIOSK_INSTANCE)/config.toml" || $(BIN)/kiosk demo
	@exec $(BIN)/kiosk serve --host 0.0.0.0 --welcome

# Everything on SQLite; then on PostgreSQL whatever needs a database (tests/conftest.py says what is left out).
test: .venv/.tested .venv/.catalogues chromium postgresql
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile
	KIOSK_TEST_DATABASE=postgresql $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# What a change needs to hear at once: SQLite, no browser, no server under load.
quick: .venv/.tested .venv/.catalogues
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --ignore tests/browser -m "not slow"

setup: .venv/.installed .venv/.catalogues

lint: .venv/.tested tests/eslint/node_modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	tests/eslint/node_modules/.bin/eslint --config tests/eslint/eslint.config.js static/js

bench: .venv/.tested .venv/.catalogues
	$(BIN)/python -m tests.bench

# After a change of texts or permissions: brings the catalogue and docs/rights.md up to date, and names
# what still waits for its Chinese.
translations: .venv/.tested
	$(BIN)/python kiosk/translations/update.py

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; on Debian and Ubuntu: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) has no venv; on Debian and Ubuntu, as root: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --editable .
	@touch $@

.venv/.tested: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[test]'
	@touch $@ .venv/.installed

.venv/.catalogues: $(CATALOGUES) | .venv/.installed
	@$(BIN)/pybabel --quiet compile --directory kiosk/translations
	@touch $@

tests/eslint/node_modules: tests/eslint/package.json tests/eslint/package-lock.json | nodejs
	@npm ci --prefix tests/eslint --no-audit --no-fund --loglevel error
	@touch $@

# ESLint reads the scripts; it needs Node.js and its npm, and nothing else here does.
nodejs:
	@{ command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; } >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq; DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends nodejs npm; \
		else \
			echo "make lint needs Node.js 18 or newer with npm (Debian: apt-get install nodejs npm)"; exit 1; \
		fi; }

# The tests start a PostgreSQL of their own; it needs no service and no account.
postgresql:
	@{ ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; } || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq; DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends postgresql; \
		else \
			echo "The tests need PostgreSQL's programs (Debian: apt-get install postgresql);"; \
			echo "elsewhere, put the folder of initdb and postgres on the PATH"; exit 1; \
		fi; }

# The tests need a real browser: Chromium, and a font with Chinese characters for it.
chromium:
	@{ test -n "$$CHROMIUM" || command -v chromium >/dev/null || command -v google-chrome >/dev/null; } \
		&& { ! command -v fc-list >/dev/null || fc-list :lang=zh | grep -q .; } || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq; DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
		else \
			echo "The tests need Chromium and a Chinese font (Debian: apt-get install chromium fonts-noto-cjk);"; \
			echo "another Chromium may be named: CHROMIUM=/path/to/chromium make test"; exit 1; \
		fi; }
