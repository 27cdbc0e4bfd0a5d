#!/bin/bash
# Records the captures in pcaps/ anew, from real sockets between network namespaces that play the pods. Root only.
#
#   scripts/record-captures.sh [OUTPUT_FOLDER]          default: pcaps/ of this checkout
#
#   ext ── wire (bridge, router) ─┬─ eth0 node1 ─┬─ cali… ── eth0 pod        each box a network namespace of its own;
#                                 │              └─ cali… ── eth0 pod        a pod has a /32 (/128) and the gateway
#                                 └─ eth0 node2 ─── cali… ── eth0 pod        169.254.1.1, as Calico gives it
#
# The nodes route, and translate Service addresses with nft as kube-proxy would; nothing filters, so that answers exist
# for flows that policy would deny. Who is where: scripts/captures/*.topology. What is said: scripts/captures/plans.py.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
output=$(realpath -m "${1:-$here/../pcaps}")
parts=$here/captures
prefix=dpcap$$
work=$(mktemp -d)
export PYTHONDONTWRITEBYTECODE=1

die() { echo "record-captures: $*" >&2; exit 3; }

[ "$(id -u)" = 0 ] || die "needs root: it creates network namespaces"
for tool in ip nft tcpdump python3 sha1sum; do
    command -v "$tool" > /dev/null || die "needs $tool (Debian: iproute2 nftables tcpdump python3 coreutils)"
done

remove_namespaces() {
    local name
    ip netns list | cut -d' ' -f1 | while read -r name; do
        case $name in "$prefix"-*) ip netns delete "$name" ;; esac
    done
}
captures=()
cleanup() {
    local pid
    for pid in "${captures[@]}"; do kill "$pid" 2> /dev/null || true; done
    remove_namespaces
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

in_ns() { local ns=$1; shift; ip netns exec "$prefix-$ns" "$@"; }

# set_sysctl NAMESPACE PATH_BELOW_NET VALUE
set_sysctl() { in_ns "$1" sh -c 'echo "$2" > "/proc/sys/net/$1"' sh "$2" "$3"; }

add_namespace() {
    local ns=$1
    ip netns add "$prefix-$ns"
    set_sysctl "$ns" ipv6/conf/default/accept_dad 0
    set_sysctl "$ns" ipv6/conf/default/router_solicitations 0
    set_sysctl "$ns" ipv6/conf/default/accept_ra 0
    in_ns "$ns" ip link set lo up
}

# A namespace that forwards: node or wire.
add_router() {
    add_namespace "$1"
    set_sysctl "$1" ipv4/ip_forward 1
    set_sysctl "$1" ipv6/conf/all/forwarding 1
    set_sysctl "$1" ipv4/conf/all/rp_filter 0
    set_sysctl "$1" ipv4/conf/default/rp_filter 0
    set_sysctl "$1" ipv4/conf/all/send_redirects 0
    set_sysctl "$1" ipv4/conf/default/send_redirects 0
}

# link NAMESPACE INTERFACE NAMESPACE INTERFACE
link() { ip link add name "$2" netns "$prefix-$1" type veth peer name "$4" netns "$prefix-$3"; }

add_wire() {
    add_router wire
    in_ns wire ip link add br0 type bridge
    in_ns wire ip addr add 192.0.2.254/24 dev br0
    in_ns wire ip addr add 2001:db8:0:2::fe/64 dev br0
    in_ns wire ip link set br0 up
}

# add_node NAME ADDRESS ADDRESS6
add_node() {
    add_router "$1"
    link wire "$1" "$1" eth0
    in_ns wire ip link set "$1" master br0 up
    in_ns "$1" ip addr add "$2/24" dev eth0
    in_ns "$1" ip link set eth0 up
    in_ns "$1" ip route add default via 192.0.2.254
    if [ "$3" != - ]; then
        in_ns "$1" ip addr add "$3/64" dev eth0
        in_ns "$1" ip -6 route add default via 2001:db8:0:2::fe
    fi
    in_ns "$1" nft add table ip services
    in_ns "$1" nft 'add chain ip services prerouting { type nat hook prerouting priority dstnat; }'
    in_ns "$1" nft 'add chain ip services output { type nat hook output priority -100; }'
}

# add_ext NAME ADDRESS ADDRESS6: behind the router, in a network of its own.
add_ext() {
    add_namespace "$1"
    link wire ext0 "$1" eth0
    in_ns wire ip addr add 198.51.100.1/24 dev ext0
    in_ns wire ip link set ext0 up
    in_ns "$1" ip addr add "$2/24" dev eth0
    in_ns "$1" ip link set eth0 up
    in_ns "$1" ip route add default via 198.51.100.1
    [ "$3" != - ] || return 0
    in_ns wire ip addr add 2001:db8:51::1/64 dev ext0
    in_ns "$1" ip addr add "$3/64" dev eth0
    in_ns "$1" ip -6 route add default via 2001:db8:51::1
}

# The node's end of a pod's link: cali and the first 11 hexadecimal digits of SHA-1 of NAMESPACE.NAME, as Calico.
interface_of() { printf 'cali%s' "$(printf '%s' "${1/\//.}" | sha1sum | cut -c1-11)"; }

# add_pod NAMESPACE/NAME NODE ADDRESS ADDRESS6
add_pod() {
    local ns=${1/\//.} node=$2 cali
    cali=$(interface_of "$1")
    add_namespace "$ns"
    link "$node" "$cali" "$ns" eth0
    in_ns "$node" ip link set "$cali" address ee:ee:ee:ee:ee:ee up
    set_sysctl "$node" "ipv4/conf/$cali/proxy_arp" 1
    set_sysctl "$node" "ipv4/neigh/$cali/proxy_delay" 0
    in_ns "$ns" ip addr add "$3/32" dev eth0
    in_ns "$ns" ip link set eth0 up
    in_ns "$ns" ip route add 169.254.1.1 dev eth0 scope link
    in_ns "$ns" ip route add default via 169.254.1.1 dev eth0
    in_ns "$node" ip route add "$3/32" dev "$cali"
    [ "$4" != - ] || return 0
    # The link-local address that the MAC address ee:ee:ee:ee:ee:ee gives the node's end.
    in_ns "$ns" ip addr add "$4/128" dev eth0
    in_ns "$ns" ip -6 route add default via fe80::ecee:eeff:feee:eeee dev eth0
    in_ns "$node" ip -6 route add "$4/128" dev "$cali"
}

# route_pod NODE NODE_ADDRESS NODE_ADDRESS6 POD_ADDRESS POD_ADDRESS6: everybody else reaches the pod through its node.
route_pod() {
    local ns
    for ns in wire "${nodes[@]}"; do
        [ "$ns" != "$1" ] || continue
        in_ns "$ns" ip route add "$4/32" via "$2"
        [ "$5" = - ] || in_ns "$ns" ip -6 route add "$5/128" via "$3"
    done
}

# add_service CLUSTERIP PROTOCOL PORT BACKEND PORT, on every node.
add_service() {
    local node chain
    for node in "${nodes[@]}"; do
        for chain in prerouting output; do
            in_ns "$node" nft add rule ip services "$chain" ip daddr "$1" "$2" dport "$3" dnat to "$4:$5"
        done
    done
}

# read_topology FILE KIND: the words behind KIND, one line each.
read_topology() { sed -n "s/^$2 //p" "$1"; }

build() {
    local file=$1 name address address6 node rest
    declare -A node_address node_address6
    nodes=() ; local_interfaces=(eth0)
    add_wire
    while read -r name address address6; do
        add_node "$name" "$address" "$address6"
        nodes+=("$name"); node_address[$name]=$address; node_address6[$name]=$address6
    done < <(read_topology "$file" node)
    while read -r name address address6; do add_ext "$name" "$address" "$address6"; done < <(read_topology "$file" ext)
    while read -r name node address address6 rest; do
        add_pod "$name" "$node" "$address" "$address6"
        route_pod "$node" "${node_address[$node]}" "${node_address6[$node]}" "$address" "$address6"
        [ "$node" != node1 ] || local_interfaces+=("$(interface_of "$name")")
    done < <(read_topology "$file" pod)
    while read -r -a words; do add_service "${words[@]}"; done < <(read_topology "$file" service)
}

# start_capture FILE INTERFACE [OPTION...]: in node1; returns when tcpdump listens.
start_capture() {
    local file=$1 interface=$2 log=$1.log
    shift 2
    ip netns exec "$prefix-node1" tcpdump -Z root -n -s 2048 -B 16384 -U --immediate-mode \
        -i "$interface" "$@" -w "$file" 2> "$log" &
    captures+=($!)
    for _ in $(seq 100); do
        grep -q 'listening on' "$log" && return 0
        sleep 0.05
    done
    die "tcpdump does not start: $(cat "$log")"
}

stop_captures() {
    local pid log
    sleep 0.5
    for pid in "${captures[@]}"; do kill -INT "$pid" && wait "$pid" || true; done
    captures=()
    for log in "$work"/*.log; do
        grep -q '^0 packets dropped by kernel' "$log" || die "packets lost: $(cat "$log")"
        rm "$log"
    done
}

# converse TOPOLOGY CAPTURE [CONVERSATIONS_FILE]
converse() { python3 "$parts/converse.py" "$1" "$2" "$prefix" "${3:-/dev/null}"; }

# Everything that enters node1, once: inbound on each interface, merged in order of time. tcpdump writes the result.
record_inbound() {
    local name=$1 interface
    for interface in "${local_interfaces[@]}"; do
        start_capture "$work/$name.$interface" "$interface" -Q in --time-stamp-precision=nano
    done
    converse "$name" "$name" "$work/$name.json"
    stop_captures
    python3 "$parts/merge.py" "$work/$name.merged" "$work/$name".eth0 "$work/$name".cali*
    tcpdump -r "$work/$name.merged" -w "$work/$name.pcap" 2> "$work/read.log" || die "$(cat "$work/read.log")"
    rm "$work/read.log"
}

record_any() {
    local topology=$1 name=$1-any
    start_capture "$work/$name.pcap" any -y LINUX_SLL2
    converse "$topology" "$name" "$work/$name.json"
    stop_captures
}

for scenario in startupco stars; do
    python3 -c 'import sys, pathlib; sys.path.insert(0, sys.argv[1]); import topology
topology.check(sys.argv[2], pathlib.Path(sys.argv[3]))' "$parts" "$scenario" "$here/../examples/$scenario"
    build "$parts/$scenario.topology"
    record_inbound "$scenario"
    [ "$scenario" != startupco ] || record_any startupco
    remove_namespaces
done
mkdir -p "$work/done" "$output"
mv "$work"/startupco.pcap "$work"/startupco-any.pcap "$work"/stars.pcap "$work/done"
python3 "$parts/summarize.py" "$work/done" "$work"
cp "$work/done"/* "$output"
echo "recorded into $output:"
ls -l "$output"/*.pcap
