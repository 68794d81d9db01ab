SHELL := /bin/bash
SWIFT_FLAGS := --explicit-target-dependency-import-check error
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 4

.PHONY: help run demo load monitor-check test chaos tsan check build images deb compose-demo packages format fuzz fuzz-quick

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## set everything up and run the whole stack on loopback until Ctrl-C
	@exec deploy/local/run.sh

demo: ## fetch a page and a 64 MiB file through the whole stack, compare, stop
	@exec deploy/local/demo.sh

load: ## ramp HTTVPS_LOAD_SESSIONS (1000) sessions against a stack of its own; table and plot in .build/load/
	@exec deploy/local/load.sh

monitor-check: ## ask every query of deploy/monitoring on a running stack, kill nodes, see their alert fire alone
	@exec deploy/local/monitor.sh

test: packages ## every test, with the real PostgreSQL and Shadowsocks server it needs
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build --disable-xctest $(SWIFT_FLAGS)

chaos: packages ## twice two minutes of kills and drains under load: gateway, backend, node, PostgreSQL
	swift build --build-tests $(SWIFT_FLAGS)
	HTTVPS_CHAOS_SECONDS=120 swift test --skip-build --disable-xctest --filter ChaosTests $(SWIFT_FLAGS)

tsan: packages ## the tests under the thread sanitizer, those with a whole stack aside
	swift build --build-tests --sanitize thread --scratch-path .build/tsan $(SWIFT_FLAGS)
	clang -shared -fPIC -O2 -Wall -Werror -o .build/tsan/mutex.so Tests/ThreadSanitizer/mutex.c
	LD_PRELOAD=$(CURDIR)/.build/tsan/mutex.so TSAN_OPTIONS=halt_on_error=0:exitcode=66 \
		SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2 swift test --skip-build --disable-xctest --sanitize thread \
		--scratch-path .build/tsan --skip IntegrationTests $(SWIFT_FLAGS)

check: packages ## format, imports, comments, docs, deployment files, fuzz
	swift format lint --strict --recursive Package.swift Sources Tests
	.ci/check-comments
	.ci/check-imports
	.ci/check-docs
	.ci/check-monitoring
	.ci/check-deploy
	.ci/check-units
	.ci/check-packages
	$(MAKE) fuzz-quick

fuzz: packages ## libFuzzer over every decoder, HTTVPS_FUZZ_SECONDS (60) each
	Tests/Fuzz/by-coverage

fuzz-quick: packages ## the corpora and a million random and mutated inputs over every decoder
	swift build --product httvps-fuzz $(SWIFT_FLAGS)
	.build/debug/httvps-fuzz --corpora Tests/Fuzz/Corpora

build: packages ## the release build
	swift build -c release $(SWIFT_FLAGS)

images: ## container images with Docker or Podman (ENGINE=docker, ENGINE=podman)
	deploy/images.sh

deb: packages ## Debian packages of both services in .build/deb (HTTVPS_BUILD=debug to try the packing)
	deploy/deb/build.sh

compose-demo: ## the compose stack: a file through the tunnel, and how each container ends (after make images)
	deploy/compose/demo.sh

format: ## bring the sources into form
	swift format --in-place --recursive Package.swift Sources Tests

packages:
	@deploy/local/packages.sh
