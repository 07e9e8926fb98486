# `make` alone lists the targets. Everything lands in .venv/ and var/; `rm -rf .venv var` undoes it all.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dev demo test check stop lock messages install install-dev

VENV := .venv/bin
APPS := moka_secpolicy common audit staff accounts notices policies training assets inspections reports devservers
SOURCES = $(patsubst %/__init__.py,%,$(wildcard $(APPS:%=%/__init__.py)))

# The first Python that starts and is 3.11 or 3.12 (a name on PATH may be a stub that does not start).
FIND_PYTHON = for p in python3.12 python3.11 python3; do \
	  $$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && { python=$$p; break; }; \
	done; \
	[ -n "$${python:-}" ] || { echo 'Python 3.11 or 3.12 is needed, and neither is on PATH (Debian: sudo apt-get install python3 python3-venv).'; exit 1; }

# $(call pip,stamp,files): install the hashed requirements unless the stamp says that these very files are installed.
pip = now="$$(cat $(2) | sha256sum)"; \
	if [ "$$(cat .venv/$(1) 2>/dev/null || true)" != "$$now" ]; then \
	  echo 'Installing $(2) …'; \
	  $(VENV)/python -m pip install -q --disable-pip-version-check --no-input --require-hashes $(patsubst %,-r %,$(2)); \
	  echo "$$now" > .venv/$(1); \
	fi

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

install:
	@$(FIND_PYTHON); $$python devservers/system_packages.py; \
	if ! $(VENV)/python -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; then \
	  echo 'Creating .venv …'; $$python -m venv --clear .venv; \
	elif ! $(VENV)/python -m pip --version >/dev/null 2>&1; then \
	  $$python -m venv .venv; \
	fi
	@$(call pip,.installed,requirements.txt)
	@if compgen -G 'locale/*/LC_MESSAGES/django.po' >/dev/null; then $(VENV)/pybabel -q compile -d locale -D django; fi

install-dev: install
	@$(VENV)/python devservers/system_packages.py --dev
	@$(call pip,.installed-dev,requirements.txt requirements-dev.txt requirements-ldap.txt)

setup: install  ## install everything the portal needs and migrate the embedded database
	@$(VENV)/python -m devservers run $(VENV)/python manage.py migrate --no-input -v 0
	@echo 'Ready: `make demo` shows the portal.'

setup-dev: setup install-dev  ## the same, plus what tests and checks need (Chromium, gettext, poppler, a compiler, slapd)

demo:  ## the portal with the city's figures, its sheet built by the worker (ONCE=1: then stop; PORT=8000)
	@$(FIND_PYTHON); $$python -m devservers demo --check
	@$(MAKE) --no-print-directory -s install
	@exec $(VENV)/python -m devservers demo $(if $(filter-out 0,$(ONCE)),--once)

test: install-dev  ## every test, against a real PostgreSQL, Redis, worker and browser
	@exec $(VENV)/python -m devservers run $(VENV)/pytest

check: install-dev  ## lint, types, imports, templates, missing migrations
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy $(SOURCES)
	$(VENV)/lint-imports
	$(VENV)/djlint --quiet --lint templates
	$(VENV)/python -m devservers run $(VENV)/python manage.py makemigrations --check --dry-run

stop:  ## stop the embedded PostgreSQL and Redis
	@$(FIND_PYTHON); $$python -m devservers stop

lock:  ## write requirements*.txt anew from requirements*.in
	@$(FIND_PYTHON); [ -x .venv-lock/bin/uv ] || { $$python -m venv --clear .venv-lock; .venv-lock/bin/python -m pip install -q uv; }
	@for name in requirements requirements-dev requirements-ldap; do \
	  .venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command 'make lock' $$name.in -o $$name.txt; \
	done

messages: install-dev  ## collect the texts to translate into locale/ja
	$(VENV)/python -m devservers run $(VENV)/python manage.py makemessages -l ja --no-obsolete --add-location file --no-wrap --ignore=.venv --ignore=var
