# isle: the everyday commands. CI runs the same ones by name: .ci/run.

GO      ?= go
GOARCH  ?= $(shell $(GO) env GOARCH)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unreleased)
PREFIX  ?= /usr/local
DESTDIR ?=

# No cgo: the binary is static and runs in any root file system it is put into.
export CGO_ENABLED = 0
BUILD = $(GO) build -trimpath -ldflags '-s -w -X isle/internal/getopt.Version=$(VERSION)'

# The tools that isle is when it is called by their name.
LINKS = unshare nsenter lsns

.PHONY: build build-all test conformance engines test-vm bench lint docs picture screenshots install uninstall clean

build:
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle ./cmd/isle
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-decompress ./cmd/isle-decompress
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-web ./cmd/isle-web
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-image ./cmd/isle-image
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-container ./cmd/isle-container
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-systemd ./cmd/isle-systemd
	GOARCH=$(GOARCH) $(BUILD) -o bin/isle-monitor ./cmd/isle-monitor

# Both machines isle supports; the foreign one is only compiled.
build-all:
	GOARCH=amd64 $(BUILD) -o bin/isle-amd64 ./cmd/isle
	GOARCH=arm64 $(BUILD) -o bin/isle-arm64 ./cmd/isle

test:
	$(GO) test ./...

# The OCI runtime validation suite against isle and the peers that are installed,
# on this machine and, for cgroup v2, in a guest. Writes docs/conformance.md; five
# minutes. On a machine without cgroup v1 the page says nothing of it.
conformance: build
	$(GO) build -o bin/vm ./test/vm
	mkdir -p bin/conformance
	ISLE="$(CURDIR)/bin/isle" ISLE_CONFORMANCE="$(CURDIR)/bin/conformance" \
	ISLE_CONFORMANCE_GUEST="$(CURDIR)/bin/vm run -k uml -r engines -m 2048 -t 15m -w $(CURDIR)/bin/conformance" \
	ISLE_CONFORMANCE_PAGE="$(CURDIR)/docs/conformance.md" \
	$(GO) test -count=1 -timeout 20m -parallel 4 -run '^TestSuite$$' ./test/conformance

# The tests in guests of other kernels, with cgroup v2 and systemd: root on Debian
# only. The first time it fetches kernels and makes roots, which takes minutes.
test-vm:
	$(GO) build -o bin/vm ./test/vm
	bin/vm setup
	bin/vm test
	ISLE_TEST_VM=1 $(GO) test -count=1 -timeout 20m ./test/vm

# podman, containerd, dockerd and a Kubernetes node drive isle, as far as they
# are installed: podman conmon containerd docker.io containernetworking-plugins
# catatonit of Debian, and crictl on PATH.
engines: build
	ISLE_ENGINES=1 ISLE="$(CURDIR)/bin/isle" $(GO) test -count=1 -v ./test/engines

# Start-up and whole-command times beside the peers on this machine, as ratios.
bench: build
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 20m ./test/bench/...

lint:
	.ci/run format vet staticcheck imports

# Writes the man pages and completions anew; a test fails when they are stale.
docs:
	$(GO) run ./docs/gen

# The picture of README.md, of the small host that docs/map.sh makes. The kernel's
# release is cut to its version, which says enough.
picture: build
	PATH="$(CURDIR)/bin:$$PATH" docs/map.sh isle map --format svg >bin/map.svg
	sed -E 's/(Linux [0-9]+\.[0-9]+)[^ <,]*/\1/g' bin/map.svg >docs/map.svg

# Pictures of the live page in a headless Chromium, in bin/screenshots.
screenshots:
	mkdir -p bin/screenshots
	ISLE_SCREENSHOTS="$(CURDIR)/bin/screenshots" $(GO) test -count=1 -run TestScreenshots ./test/browser

# The links go into a folder of their own, so that they stand in for the
# system's unshare, nsenter and lsns only where a user puts it on PATH first.
install: build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/lib/isle/bin'
	install -m 755 bin/isle '$(DESTDIR)$(PREFIX)/bin/isle'
	ln -sfn isle '$(DESTDIR)$(PREFIX)/bin/isle-oci'
	install -d '$(DESTDIR)$(PREFIX)/libexec/isle'
	install -m 755 bin/isle-decompress bin/isle-image bin/isle-container bin/isle-web bin/isle-systemd bin/isle-monitor '$(DESTDIR)$(PREFIX)/libexec/isle'
	for tool in $(LINKS); do \
		ln -sfn ../../../bin/isle '$(DESTDIR)$(PREFIX)/lib/isle/bin/'$$tool || exit 1; \
	done
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 644 docs/man/*.1 '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -D -m 644 internal/cli/completions/isle.bash '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/isle'
	install -D -m 644 internal/cli/completions/isle.zsh '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_isle'
	install -D -m 644 internal/cli/completions/isle.fish '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/isle.fish'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/isle' '$(DESTDIR)$(PREFIX)/bin/isle-oci' '$(DESTDIR)$(PREFIX)/share/man/man1/'isle.1 '$(DESTDIR)$(PREFIX)/share/man/man1/'isle-*.1
	rm -f '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/isle' '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_isle' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/isle.fish'
	rm -rf '$(DESTDIR)$(PREFIX)/lib/isle' '$(DESTDIR)$(PREFIX)/libexec/isle'

clean:
	rm -rf bin
