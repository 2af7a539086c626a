# What one does with this repository; `make help` lists it. Every target works on a
# machine with only Python (3.11 to 3.13), make and a network to package registries.

PYTHON ?= $(shell for python in .venv/bin/python \
	python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{printf "make %-7s %s\n", $$1, $$2}'

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed:" \
		"install one, or name it with make PYTHON=/path/to/python." >&2; exit 1; }

.PHONY: setup
setup: python ## Prepare this clone for development: packages, assets, translations
	@$(PYTHON) -m bootstrap dev

.PHONY: demo
demo: python ## Run the whole product here, with the example programme, until Ctrl-C
	@$(PYTHON) -m bootstrap demo --developer
	@exec $(BIN)/python -m config.demo

# Three at once on two cores: one of them mostly waits for a browser or a process.
.PHONY: test
test: python ## Run every test, against real servers and a real browser
	@$(PYTHON) -m bootstrap dev --browser
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: long
long: python ## Run the tests that take minutes: each day of a year, 20 synchronisers
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m pytest -m long $(ARGS)

.PHONY: screens
screens: python ## Make the pictures in docs/screens with a real browser
	@$(PYTHON) -m bootstrap dev --browser
	@$(BIN)/python -m pytest -q tests/browser/screens.py

.PHONY: mails
mails: python ## Write docs/mails anew: every mail in both languages
	@$(PYTHON) -m bootstrap dev
	@REWRITE_MAILS=1 $(BIN)/python -m pytest -q \
		tests/notifications/test_mails_documented.py

.PHONY: faults
faults: python ## Kill, freeze and mislead everything; count lost and doubled reminders
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m tests.faults $(if $(SEED),--seed $(SEED)) \
		$(if $(SCALE),--scale $(SCALE)) $(if $(ONLY),--only $(ONLY))

.PHONY: fuzz
fuzz: python ## Throw over 20,000 good and bad requests at the running API
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED)) \
		$(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(ONLY),--only $(ONLY))

.PHONY: atheris
atheris: setup ## Let bytes find their way into each parser (SECONDS=60 ONLY=plan)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/fuzz.txt
	@$(BIN)/python -m tests.guided_fuzz $(if $(ONLY),--only $(ONLY)) \
		$(if $(SECONDS),--seconds $(SECONDS))

.PHONY: bench
bench: python ## Measure beside floors: pages, mails, the API (ONLY=growth TIER=L)
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(TIER),--tier $(TIER))

.PHONY: load
load: python ## An hour of mixed load, twice what a country needs (MINUTES=60 RATE=2)
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m benchmarks.load $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(RATE),--rate $(RATE))

.PHONY: lighthouse
lighthouse: python ## Let Lighthouse look at the demo that is running (URL=http://…)
	@$(PYTHON) -m bootstrap dev --browser
	@$(BIN)/python -m benchmarks.lighthouse

.PHONY: audit
audit: python ## Ask the advisory services about every locked package
	@$(PYTHON) -m bootstrap dev
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/audit.txt
	@$(BIN)/python -m bootstrap.audit

.PHONY: bill
bill: python ## Print the bill of materials (CycloneDX) of what an installation runs
	@$(PYTHON) -m bootstrap.bill

CHECKS := lint types layers templates translations migrations settings

.PHONY: check
check: python ## Lint, types, layers, templates, translations, migrations, settings
	@$(PYTHON) -m bootstrap dev
	@$(MAKE) --keep-going $(CHECKS)

.PHONY: $(CHECKS)
lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
types:
	$(BIN)/mypy
layers:
	$(BIN)/lint-imports
templates:
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
translations:
	$(BIN)/python -m config.translations
migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.safe_migrations
settings: # those of development, then those of the example for production
	$(BIN)/python manage.py check --fail-level WARNING
	ENV_FILE=.env.example SECRET_KEY=$$($(BIN)/python -c \
		'import secrets; print(secrets.token_urlsafe(50))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

.PHONY: lock
lock: setup ## Resolve requirements/*.in into hashed lock files (UPGRADE=1: newest)
	@$(BIN)/python -m pip install --quiet uv
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/runtime.in -o requirements/runtime.txt
	$(COMPILE) -c requirements/runtime.txt requirements/demo.in -o requirements/demo.txt
	$(COMPILE) -c requirements/runtime.txt requirements/saml.in -o requirements/saml.txt
	$(COMPILE) -c requirements/runtime.txt requirements/tracing.in -o requirements/tracing.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/fuzz.in -o requirements/fuzz.txt
	$(COMPILE) -c requirements/demo.txt requirements/dev.in -o requirements/dev.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/audit.in -o requirements/audit.txt
	$(COMPILE) --no-deps requirements/redis.in -o requirements/redis.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/node.in -o requirements/node.txt
