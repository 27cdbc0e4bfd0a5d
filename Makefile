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
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup build release lint test kernel agree demo bench install clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo      build, compile an example, replay a capture against it'
	@echo 'make test      lint, build, run all tests, count them'
	@echo 'make kernel    the tests that need the kernel alone (as root)'
	@echo 'make agree     the four engines on a million generated cases (the kernel as root)'
	@echo 'make build     debug build'
	@echo 'make release   release build'
	@echo 'make lint      layers, format'
	@echo 'make bench     what can be measured'
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

# 1,200,000 generated cases by the reference, the matcher and the interpreted rules; 200,000 of them in the kernel, too.
AGREE_ARGUMENTS ?= --seed 1 --sets 1000 --packets 1200 --kernel-packets 200
agree: setup
	swift build -c release --product agree
	.build/release/agree $(AGREE_ARGUMENTS)

demo: release
	@printf '\n== The rules of %s ==\n' '$(startupco)'
	$(release_program) compile -f $(startupco) -o stats
	@printf '\n== A capture of its traffic, judged by them ==\n'
	$(release_program) replay pcaps/startupco.pcap -f $(startupco)

bench:
	@if [ -f bench/Package.swift ]; then swift run -c release --package-path bench; \
	else echo 'There is no benchmark suite yet: Benchmarks.md has the commands behind its figures.'; fi

install: release
	install -d '$(bindir)'
	install -m 0755 $(release_program) '$(bindir)/dataplane'
	ln -sfn dataplane '$(bindir)/calico-validate'

clean:
	swift package clean
