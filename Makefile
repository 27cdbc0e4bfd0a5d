# `make demo` and `make test` do all set-up on a fresh Debian 12 with Swift. See README.md.

PREFIX ?= /usr/local
DESTDIR ?=
# Seconds for the whole test run.
TEST_TIMEOUT ?= 1800
# Further arguments of `swift test`: make test TEST_ARGUMENTS='--filter NetTypes'
TEST_ARGUMENTS ?=

release_program := .build/release/dataplane
bindir := $(DESTDIR)$(PREFIX)/bin
startupco := examples/startupco
# Of `make agree`: where the random cases begin, and how many policy sets of 1200 packets there are.
SEED ?= 1
SETS ?= 2000
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup build release lint test kernel agree demo bench docs install clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo      build, compile an example, replay a capture against it'
	@echo 'make test      lint, build, run all tests, count them'
	@echo 'make kernel    the tests that need the kernel alone (as root)'
	@echo 'make agree     all engines on SETS=$(SETS) generated policy sets of 1200 packets (the kernel as root)'
	@echo 'make build     debug build'
	@echo 'make release   release build'
	@echo 'make lint      layers, format'
	@echo 'make bench     what can be measured'
	@echo 'make docs      docs/support.md and docs/quirks.md, out of the program itself'
	@echo 'make install   PREFIX=$(PREFIX): dataplane, and calico-validate as a link to it'
	@echo 'make clean     remove what was built'

setup:
	@scripts/setup.sh

build: setup
	swift build

release: setup
	swift build -c release --product dataplane

lint: setup
	python3 -m unittest discover --quiet --start-directory scripts --pattern 'test_*.py'
	scripts/check-layers.py
	swift format lint --strict --recursive Sources Tests Package.swift

test: lint
	swift build --build-tests
	@scripts/run-tests.py --timeout $(TEST_TIMEOUT) --skip-build $(TEST_ARGUMENTS)

kernel: setup
	@if [ "$$(id -u)" -ne 0 ]; then echo 'make kernel: these tests need root' >&2; exit 1; fi
	swift build --build-tests
	@scripts/run-tests.py --timeout $(TEST_TIMEOUT) --skip-build --filter Kernel $(TEST_ARGUMENTS)

agree: setup
	swift build -c release --product agree
	@engines=matcher,nft,kernel; \
	if [ "$$(id -u)" -ne 0 ]; then engines=matcher,nft; echo 'make agree: without the kernel, which needs root'; fi; \
	.build/release/agree --seed $(SEED) --sets $(SETS) --packets 1200 --kernel-packets 200 --engines $$engines

demo: release
	@printf '\n== The rules of %s ==\n' '$(startupco)'
	$(release_program) compile -f $(startupco) -o stats
	@printf '\n== A capture of its traffic, judged by them ==\n'
	$(release_program) replay pcaps/startupco.pcap -f $(startupco)

bench: release
	bench/first-figures.py

docs: build
	@mkdir -p docs
	.build/debug/dataplane show support > docs/support.md
	.build/debug/dataplane show quirks > docs/quirks.md

install: release
	install -d '$(bindir)'
	install -m 0755 $(release_program) '$(bindir)/dataplane'
	ln -sfn dataplane '$(bindir)/calico-validate'

clean:
	swift package clean
