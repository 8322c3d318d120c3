# The two commands of the README. Everything clever is in `cargo xtask`.
#
#   make run    build what is missing and open Hanashi (in the terminal where there is no display)
#   make test   everything that decides whether a change is good
#
# `make test-device DEVICE=cuda:0` holds a graphics card to the references that the processor is held to.
#
# Both build the whole workspace with the same profile into the same folder, so neither compiles what the other has built. (With a
# graphics card `make run` has a feature that `make test` has not, and the crates that know it are compiled for each.)

SHELL := /bin/bash
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

BUILT := $(or $(CARGO_TARGET_DIR),target)/release
PAGE := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -path ui/test-results -prune -o -type f -print 2>/dev/null)

.PHONY: run test test-device help
.DEFAULT_GOAL := help

help:
	@echo "make run    build and open Hanashi"
	@echo "make test   formatting, lints, every test, the page, the desktop"
	@echo "make test-device DEVICE=cuda:0 (or metal)   the language model's references on a graphics card"
	@echo "Both install the system packages that are missing (Debian and Ubuntu; elsewhere they are named)."
	@echo "More: cargo xtask help"

run: ui/dist/index.html
	@xtask/system-packages.sh run
	@assets/onnxruntime/fetch.sh || echo "Piper voices will not speak until that works; everything else does."
	@echo "== Building (the first time takes a while; every crate is named as it goes)"
	@kind="$$(xtask/graphics.sh)" || exit; \
	build() { (set -x; cargo build --release --workspace --locked "$$@"); }; \
	if [ -z "$$kind" ]; then \
		build; \
	elif ! build --features "app/$$kind" || ! $(BUILT)/hanashi --version >/dev/null; then \
		echo "== A build with $$kind does not work here, as was just said: building for the processor instead (HANASHI_GRAPHICS=none does so at once)"; \
		build; \
	fi
	@if [ "$$(uname -s)" != Linux ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		exec $(BUILT)/hanashi-desktop; \
	else \
		echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): starting the conversation in the terminal."; \
		exec $(BUILT)/hanashi chat; \
	fi

test: ui/node_modules/.stamp
	@xtask/system-packages.sh test
	@assets/onnxruntime/fetch.sh || echo "Piper voices will not speak until that works; everything else does."
	@cargo xtask ci

DEVICE ?= cuda:0
# In a folder of its own: with other features most crates would be compiled again, here and then for `make run`.
test-device:
	HANASHI_DEVICE=$(DEVICE) cargo test --release --locked --target-dir target-device -p llm -p tuning --lib \
		--features $(addprefix llm/,$(firstword $(subst :, ,$(DEVICE)))),$(addprefix tuning/,$(firstword $(subst :, ,$(DEVICE))))

# npm's packages, from the lock file. No install scripts: they would fetch from places other than the registry.
ui/node_modules/.stamp: ui/package.json ui/package-lock.json
	@xtask/system-packages.sh run
	@echo "== Fetching the page's packages"
	cd ui && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.stamp $(PAGE)
	@echo "== Building the page"
	cd ui && npm run build
	@touch $@
