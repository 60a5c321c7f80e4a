# Two commands: make demo, make test. Needs Python 3.11 or later, make and git; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo demo-reset check test live long attack audit lock widget messages pictures bench-locate bench-widget bench-door clean help

help:
	@echo "make demo          the desk with a demo newspaper; Ctrl+C stops it, the data is kept"
	@echo "make demo-reset    the same, begun anew"
	@echo "make check         style, types, contracts, rules of the house, passage engine: before each commit (under 2 minutes)"
	@echo "make test          everything: style, types, contracts, widget, tests on SQLite and PostgreSQL (under 15 minutes)"
	@echo "make live          the tests marked live: real proxies, CMSs, identity providers"
	@echo "make long          the tests marked long: attacks, growth, faults, soak (hours)"
	@echo "make attack        attack a desk on both databases, directly and behind nginx and Caddy (three hours)"
	@echo "make audit         ask the package indexes for known vulnerabilities of what the lock files pin"
	@echo "make widget        build the widget's files anew (needs Node)"
	@echo "make messages      gather the texts to translate and compile the catalogues (needs gettext)"
	@echo "make pictures      take the README's picture anew (needs Chromium)"
	@echo "make lock          resolve the dependencies anew and pin them"
	@echo "make bench-locate  measure the passage engine beside its peers (needs ../shared)"
	@echo "make bench-door    measure the front door beside its peers (needs wrk, gcc, strace, PostgreSQL)"
	@echo "make bench-widget  measure the widget beside Isso's embed (needs Chromium and the package index)"

demo: $(VENV)/.demo
	@$(BIN)/corrigenda demo

demo-reset: $(VENV)/.demo
	@$(BIN)/corrigenda demo --reset

check: $(VENV)/.test
	@$(BIN)/python -m tests.run check

test: $(VENV)/.test
	@$(BIN)/python -m tests.run test

live: $(VENV)/.test
	@$(BIN)/python -m tests.run live

long: $(VENV)/.test
	@$(BIN)/python -m tests.run long

attack: $(VENV)/.test
	@$(BIN)/python -m tests.run attack

audit: $(VENV)/.audit
	@$(BIN)/python -m tests.audit

pictures: $(VENV)/.test
	@$(BIN)/python -m tests.pictures

bench-locate: $(VENV)/.test
	@$(BIN)/python -m benchmarks.bench_locate $(if $(AGAINST),--against $(AGAINST))

bench-widget: $(VENV)/.test
	@$(BIN)/python -m benchmarks.bench_widget --rounds $(or $(ROUNDS),15) --throttle $(or $(THROTTLE),4)

bench-door: $(VENV)/.test
	@$(BIN)/python -m benchmarks.bench_door $(if $(AGAINST),--against $(AGAINST))

widget: $(VENV)/.test
	@$(BIN)/python -m tests.run build-widget

messages: $(VENV)/.test
	@$(BIN)/python -m tests.messages

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Corrigenda needs Python 3.11 or later; name it with make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Corrigenda needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

# Apart from the tests' packages, which the lock file alone chooses.
$(VENV)/.audit: | $(VENV)/.test
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@touch $@

lock: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for extra in "requirements.lock" "requirements-dev.lock --extra dev"; do \
		$(BIN)/uv pip compile pyproject.toml requirements-build.in --upgrade --universal --python-version 3.11 \
			--quiet --no-header --no-annotate --no-emit-index-url --generate-hashes -o $$extra; done

clean:
	@rm -rf $(VENV) .demo var widget/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
