#!/bin/sh
# Installs the Debian packages that are missing, or says exactly which and stops. Needs no network if none is missing.
#
# usage: setup.sh [bench] [acl]     bench: what `make bench-check` needs, too; acl: DPDK, for `make bench` alone
set -eu

# What the build needs, what the tests need, and what the recording of the captures needs.
packages="
    binutils pkg-config libc6-dev libstdc++-12-dev
    libpcap-dev libnftnl-dev libmnl-dev libyaml-dev libsimdjson-dev
    python3 nftables iproute2 tcpdump
"

for list in "$@"; do
    case $list in
    bench) packages="$packages gcc g++ make libbenchmark-dev valgrind util-linux strace" ;;
    acl) packages="$packages libdpdk-dev" ;;
    *)
        echo "setup: unknown list '$list': bench, acl" >&2
        exit 2
        ;;
    esac
done

need_swift="Swift 6.2 or later is needed: https://www.swift.org/install/linux/"

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: there is no 'swift' in \$PATH. $need_swift" >&2
    exit 1
fi
version=$(swift --version 2>/dev/null |
    sed -n 's/.*Swift version \([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1 \2/p' | head -n 1)
major=${version% *}
minor=${version#* }
if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    echo "setup: this Swift is too old: $(swift --version 2>/dev/null | head -n 1). $need_swift" >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    if pkg-config --exists libpcap libnftnl libmnl yaml-0.1 simdjson 2>/dev/null; then exit 0; fi
    echo "setup: this is not a Debian system. Install what these packages of Debian 12 hold:" $packages >&2
    exit 1
fi

missing=
for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "setup: packages are missing and may not be installed from here. As root:" >&2
    echo "    apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

echo "setup: installing$missing"
$as_root apt-get update
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
