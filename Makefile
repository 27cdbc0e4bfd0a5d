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
# Of `make bench`: tables to make (all), runs of each command, further arguments of bench/run.py.
ONLY ?=
RUNS ?= 9
BENCH_ARGUMENTS ?=
bench_peers := $(CURDIR)/bench/.build/peers
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup build release lint test kernel agree demo docs install clean
.PHONY: bench bench-build bench-check bench-baseline
.DEFAULT_GOAL := help

help:
	@echo 'make demo      build, compile an example, replay a capture against it'
	@echo 'make test      lint, build, run all tests, count them'
	@echo 'make kernel    the tests that need the kernel alone (as root)'
	@echo 'make agree     all engines on SETS=$(SETS) generated policy sets of 1200 packets (the kernel as root)'
	@echo 'make build     debug build'
	@echo 'make release   release build'
	@echo 'make lint      layers, format'
	@echo 'make bench     all benchmarks and peers; rewrites Benchmarks.md (ONLY=classify,replay: those tables alone)'
	@echo 'make bench-check     instructions, allocations, tree sizes against bench/Thresholds'
	@echo 'make bench-baseline  writes those thresholds anew, for a reviewed diff'
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
	python3 -m unittest discover --quiet --start-directory bench --pattern 'test_*.py'
	scripts/check-layers.py
	swift format lint --strict --recursive Sources Tests Package.swift bench/Sources bench/Package.swift

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

# librte_acl stands beside ours where it can be had; without it its columns stay empty, and the run says so.
bench: release bench-build
	@scripts/setup.sh bench acl || echo 'make bench: without librte_acl (libdpdk-dev)' >&2
	@if pkg-config --exists libdpdk; then $(MAKE) -C bench/peers OUT=$(bench_peers) acl; fi
	bench/run.py $(if $(ONLY),--only $(ONLY)) --runs $(RUNS) $(BENCH_ARGUMENTS)

bench-build:
	@scripts/setup.sh bench
	swift build -c release --package-path bench
	$(MAKE) -C bench/peers OUT=$(bench_peers)

bench-check: bench-build
	bench/gate.py check

bench-baseline: bench-build
	bench/gate.py baseline

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
	rm -rf bench/.build
