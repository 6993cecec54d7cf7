# Every command does its own set-up, and does nothing twice that is done already.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Tests and binary share this one build.
CONFIGURATION := release
BUILD := swift build -c $(CONFIGURATION) --explicit-target-dependency-import-check error
PAWL := .build/$(CONFIGURATION)/pawl

# Debian packages: the first two to build, the rest for tests that use them.
PACKAGES := libsqlite3-dev zlib1g-dev
TEST_PACKAGES := curl jq openssl chromium aria2 axel rclone wget
# Python packages for tests, in .venv.
TEST_PYTHON := playwright>=1.50 openapi-spec-validator>=0.7 schemathesis>=4.32 redbot>=2.7 \
    tuspy>=1.1 aiotus>=1.1 resumable-upload>=0.3

.PHONY: help
help: ## Say what there is.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

.PHONY: run
run: setup ## Build, and serve storage/ on 127.0.0.1:7420.
	@$(BUILD) --product pawl
	@exec $(PAWL) serve

.PHONY: test
test: setup setup-tests ## Build and run every test; the same that CI runs.
	@.ci/stage "build" $(BUILD) --build-tests
	@.ci/stage "format" swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift
	@.ci/stage "tests" .ci/tests swift test -c $(CONFIGURATION) --skip-build --disable-testable-imports

.PHONY: soak
soak: setup setup-tests ## Every test, with the long ones: files of 1 GiB, hundreds of kills. About half an hour.
	@$(BUILD) --build-tests
	@PAWL_SOAK=1 .ci/tests swift test -c $(CONFIGURATION) --skip-build --disable-testable-imports

.PHONY: fuzz
fuzz: setup setup-tests ## Try the API with schemathesis; MINUTES=10 and SEED=1 unless given.
	@$(BUILD) --build-tests
	@PAWL_FUZZ_MINUTES=$(or $(MINUTES),10) PAWL_FUZZ_SEED=$(or $(SEED),1) \
	    swift test -c $(CONFIGURATION) --skip-build --disable-testable-imports --filter FuzzTests

.PHONY: demo
demo: setup ## Push and pull two releases of a real game, killing everything on the way; about a minute.
	@.ci/python
	@$(BUILD) --product pawl
	@PYTHONDONTWRITEBYTECODE=1 .venv/bin/python Benchmarks/demo.py

.PHONY: bench
bench: setup ## Measure beside peers, and write docs/benchmarks.md; WORK=rows, transfer or folders for one part of it.
	@BUILD='$(BUILD)' Benchmarks/bench $(WORK)

.PHONY: diagram
diagram: setup ## Draw the tables in docs/data-model.md as the migrations make them.
	@$(BUILD) --product pawl
	@$(PAWL) migrate diagram --into docs/data-model.md

.PHONY: format
format: ## Format the sources.
	@swift format format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

.PHONY: clean
clean: ## Remove what was built.
	@rm -rf .build

.PHONY: setup setup-tests
setup:
	@.ci/install $(PACKAGES)
	@.ci/swagger-ui

setup-tests:
	@.ci/install --optional $(TEST_PACKAGES)
	@.ci/python --optional $(foreach package,$(TEST_PYTHON),'$(package)')
