# What one does with this repository. `make help` lists it; every target can be run on
# a machine with only Python (3.11 to 3.13), make and a network to package registries.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: lock
lock: ## Resolve requirements/*.in anew into hashed lock files
	@$(BIN)/python -m pip install --quiet uv
	@requirements/lock.sh
