# Two commands matter: `make demo` and `make test`. Both install what they need on first use.
#
# Needed: Rust, Go, Python 3 with venv, make, a C compiler. terraform is used where it is on the PATH;
# OpenTofu is built once and kept outside the repository.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CARGO ?= cargo
GO ?= go
PYTHON ?= python3

ROOT := $(CURDIR)
TARGET := $(or $(CARGO_TARGET_DIR),$(ROOT)/target)
SUITES := $(ROOT)/acceptance-tests/suites/python
TOOLS := $(ROOT)/acceptance-tests/tools
VENV := $(ROOT)/acceptance-tests/.work/venv

# Keyed by its version: another one in tools/go.mod is another file, and gets built.
TOFU_MODULE := github.com/opentofu/opentofu
TOFU_VERSION := $(shell sed -n 's|^.*$(TOFU_MODULE) \(v[^ ]*\).*|\1|p' $(TOOLS)/go.mod)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/privatelink
TOFU := $(CACHE)/bin/tofu-$(TOFU_VERSION)

# A module of its own: in one with OpenTofu, each would be built with libraries of versions that the other asks for.
TFPLUGINDOCS_MODULE := github.com/hashicorp/terraform-plugin-docs
TFPLUGINDOCS_VERSION := $(shell sed -n 's|^.*$(TFPLUGINDOCS_MODULE) \(v[^ ]*\).*|\1|p' $(TOOLS)/docs/go.mod)
TFPLUGINDOCS := $(CACHE)/bin/tfplugindocs-$(TFPLUGINDOCS_VERSION)

# What demo, bench and docs run on: OpenTofu only has to be there where terraform is not.
TOOL := $(if $(shell command -v terraform),,tofu)

# The suites find the programs by these.
export PRIVATELINK_PROVIDER_DIR := $(TARGET)/debug
export PRIVATELINK_SIMULATOR := $(TARGET)/debug/aws-simulator
export PRIVATELINK_TOFU := $(TOFU)
export PRIVATELINK_TFPLUGINDOCS := $(TFPLUGINDOCS)

# One run of a machine that is thrown away gains nothing from incremental builds, and pays in disk.
ifdef CI
export CARGO_INCREMENTAL ?= 0
endif

HEADING = @printf '\n\033[1m== %s\033[0m\n'
ifndef TERM
HEADING = @printf '\n== %s\n'
endif

.PHONY: help demo test bench docs build lint unit acceptance tofu tfplugindocs venv clean distclean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(TOOL) venv build ## one block joins two accounts, on the simulator; half a minute once all is built
	$(HEADING) "Demo"
	@cd $(SUITES) && $(VENV)/bin/python -m demo

test: ## everything: lints, Rust tests, acceptance under both tools
	@$(MAKE) --no-print-directory format tools lint unit acceptance
	$(HEADING) "All good"

bench: $(TOOL) venv build ## calls, start-up time and memory, measured now
	$(HEADING) "Measurements"
	@cd $(SUITES) && $(VENV)/bin/python -m demo.bench

docs: $(TOOL) tfplugindocs venv build ## the pages in docs/, from the schema, templates/ and examples/
	@cd $(SUITES) && $(VENV)/bin/python -m pages

# `--test tidy` makes cargo choose the features that tests have. Without it the AWS crates, minutes of
# work, would be compiled once for `build` and once more for `unit`.
build: ## the provider and the simulator
	$(HEADING) "Build (the first time takes about eight minutes, mostly the AWS crates)"
	$(CARGO) build --workspace --bins --test tidy

.PHONY: format
format:
	$(HEADING) "Format"
	$(CARGO) fmt --all --check

lint: ## clippy on everything, warnings are errors
	$(HEADING) "Lints (the first time takes about four minutes)"
	$(CARGO) clippy --workspace --all-targets -- -D warnings

unit: build ## all Rust tests
	$(HEADING) "Rust tests"
	$(CARGO) test --workspace

acceptance: tools build ## the built provider under terraform and tofu
	$(HEADING) "Acceptance tests"
	@command -v terraform >/dev/null || echo "terraform is not on the PATH: its half is skipped"
	@# What the Rust suites said to the simulator is judged too.
	@cd $(SUITES) && PRIVATELINK_EXCHANGES="$$(ls $(TARGET)/tmp/exchanges-*.jsonl 2>/dev/null | paste -sd:)" \
	  $(VENV)/bin/python -m pytest

# Before cargo starts: both would want every core.
.PHONY: tools
tools: tofu tfplugindocs venv

tofu: $(TOFU) ## OpenTofu, built from the Go module proxy and kept

$(TOFU):
	$(HEADING) "OpenTofu $(TOFU_VERSION) (once; about five minutes)"
	@mkdir -p $(@D)
	cd $(TOOLS) && $(GO) build -trimpath -ldflags "-s -w -X $(TOFU_MODULE)/version.dev=no" \
	  -o $@.part $(TOFU_MODULE)/cmd/tofu
	@mv $@.part $@
	@ln -sfn $(@F) $(@D)/tofu

tfplugindocs: $(TFPLUGINDOCS)

$(TFPLUGINDOCS):
	$(HEADING) "tfplugindocs $(TFPLUGINDOCS_VERSION) (once; a minute or two)"
	@mkdir -p $(@D)
	cd $(TOOLS)/docs && $(GO) build -trimpath -ldflags "-s -w" -o $@.part $(TFPLUGINDOCS_MODULE)/cmd/tfplugindocs
	@mv $@.part $@
	@ln -sfn $(@F) $(@D)/tfplugindocs

venv: $(VENV)/.ready

$(VENV)/.ready: $(SUITES)/requirements.txt
	$(HEADING) "Python packages"
	@$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --requirement $<
	@touch $@

clean: ## what was built here; the tools stay
	$(CARGO) clean
	rm -rf $(ROOT)/acceptance-tests/.work

distclean: clean
	rm -rf $(CACHE)
