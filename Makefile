# Scholium's commands; `make help` lists them. Works with GNU make 3.81 and later.
PORT ?= 8080
URL ?= http://127.0.0.1:$(PORT)
DATA ?= .local
OUT ?= build
TESTS ?= tests
# Processes that share the tests, a file each at a time: what a file stands on is made once; 0 is none but this one.
JOBS ?= 2
# Measuring takes two minutes more; what every run of CI holds, a run at the desk need not.
COVER = --cov --cov-report=term:skip-covered $(if $(filter tests,$(TESTS)),,--cov-fail-under=0)

.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
PACKAGES := common functions infrastructure

# What is installed is a stamp named after the requirements' checksum: with nothing to do, no Python starts.
# A virtual environment whose interpreter is gone is made again.
STAMP := $(shell test -x $(PYTHON) || rm -f .venv/.*-installed-*; cat requirements*.txt | cksum | tr ' ' '-')
LOCAL := .venv/.local-installed-$(STAMP)
DEV := .venv/.dev-installed-$(STAMP)

.PHONY: help run admin test test-browser check bench bench-retrieval bench-questions fit-risk package smoke generate format clean lint types layers secrets audit workflows

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(LOCAL) ## start everything on this machine: make run [PORT=8080] [DATA=.local]
	@exec $(PYTHON) -m infrastructure.tools serve --port '$(PORT)' --data '$(DATA)'

admin: $(LOCAL) ## make a user an admin: make admin USERNAME=ada EMAIL=ada@example.org [DATA=.local]
	@exec $(PYTHON) -m infrastructure.tools create-admin --data '$(DATA)' --username '$(USERNAME)' --email '$(EMAIL)'

test: $(DEV) ## all tests but the browser's; with CI=true, branch coverage too: make test [TESTS=tests/domain] [JOBS=2]
	@$(PYTHON) -m pytest -p tests.no_skips -n $(JOBS) --dist loadscope $(TESTS) $(if $(filter tests,$(TESTS)),--ignore tests/browser) $(if $(CI),$(COVER))

test-browser: $(DEV) ## the web console in Chromium: make test-browser [JOBS=2] [SCREENSHOTS=folder]
	@SCHOLIUM_SCREENSHOTS='$(SCREENSHOTS)' $(PYTHON) -m pytest -p tests.no_skips -n $(JOBS) --dist loadscope tests/browser

check: lint types layers secrets workflows audit ## everything but the tests: lint, types, layers, security

bench: $(LOCAL) ## speed, cold starts and billed operations
	@exec $(PYTHON) -m infrastructure.tools bench

bench-retrieval: $(LOCAL) ## how well questions about the sample documents are answered
	@exec $(PYTHON) -m infrastructure.tools bench-retrieval

package: $(LOCAL) ## one archive a function, for Terraform: make package [OUT=build]
	@$(PYTHON) -m infrastructure.tools package --out '$(OUT)'

fit-risk: $(LOCAL) ## fit the risk of failing again: make fit-risk DATA=folder [CHECK=1] [JUDGE=1 [HISTORY=folder]]
	@exec $(PYTHON) -m infrastructure.tools fit-risk '$(DATA)' $(if $(CHECK),--check) $(if $(JUDGE),--judge) $(if $(HISTORY),--history '$(HISTORY)')

bench-questions: $(LOCAL) ## how many questions are made of the sample documents without a model
	@exec $(PYTHON) -m infrastructure.tools bench-questions

smoke: $(LOCAL) ## ask a deployment, or make run, whether it works: make smoke URL=https://...
	@$(PYTHON) -m infrastructure.tools smoke '$(URL)'

generate: $(LOCAL) ## write openapi.json and Terraform's *.auto.tfvars.json again
	@$(PYTHON) -m infrastructure.tools generate

format: $(DEV) ## format the code and mend what ruff can mend
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

clean: ## remove the virtual environment and the caches, never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov build

lint: $(DEV)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m bandit --quiet --configfile pyproject.toml --recursive $(PACKAGES)

types: $(DEV)
	@$(PYTHON) -m mypy

layers: $(DEV)
	@.venv/bin/lint-imports --no-cache --no-logo

secrets: $(DEV)
	@git ls-files -z | xargs -0 .venv/bin/detect-secrets-hook --baseline .secrets.baseline

workflows: $(DEV)
	@.venv/bin/actionlint
	@.venv/bin/zizmor --quiet --offline .github/workflows

audit: $(DEV)
	@$(PYTHON) .ci/audit

$(LOCAL):
	@.ci/environment requirements-local.txt $@

$(DEV):
	@.ci/environment requirements-dev.txt $@
	@touch $(LOCAL)
