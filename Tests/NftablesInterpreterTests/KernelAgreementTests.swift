import Foundation
import KernelVerification
import NetTypes
import NftablesInterpreter
import TestSupport
import Testing

/// The interpreter against the kernel on rulesets that use every expression in every odd way. Each rule that matches
/// sets a bit of the packet's mark, so that one comparison of marks compares all rules.
@Suite(.serialized, .enabled(if: getuid() == 0, "needs root")) struct KernelAgreementTests {
    /// One bit per condition; the mark survives to the observer.
    private static func marking(_ conditions: [String], hook: String = "forward", priority: Int = 0) -> String {
        let rules = conditions.enumerated().map { "\($1) meta mark set meta mark or \(1 << $0)" }
        return """
            table inet marks {
              chain \(hook)-\(abs(priority)) {
                type filter hook \(hook) priority \(priority);
                \(rules.joined(separator: "\n    "))
              }
            }

            """
    }

    @Test func headersAndPayload() throws {
        try agree(
            on: Self.marking([
                "meta l4proto tcp", "meta l4proto != { udp, 47 }", "@th,0,16 80", "@th,8,24 != 0x123456",
                "@th,0,64 != 0", "meta l4proto != 99 @th,0,16 != 80", "@th,0,8 >= 3", "@th,24,16 != 7", "@th,0,32 != 7",
                "exthdr frag exists", "exthdr hbh exists", "exthdr dst exists", "exthdr rt exists",
                "exthdr dst missing", "frag frag-off != 0", "dst nexthdr 6", "dst nexthdr != 6", "rt seg-left 0",
                "ip frag-off & 0x1fff != 0", "ip frag-off & 0x2000 != 0", "meta length > 60", "meta length 40-48",
                "ip6 nexthdr 44", "meta nfproto ipv6", "ip protocol 6", "@nh,72,8 6", "@th,48,32 != 1",
                "frag more-fragments 1", "meta protocol ip6", "meta l4proto ah", "rt nexthdr 17",
            ]), packets: 6000, .odd)
    }

    @Test func portsAndIcmp() throws {
        try agree(
            on: Self.marking([
                "tcp dport 80", "tcp dport != 80", "udp dport 53-5000", "udp dport != 53-5000", "sctp dport 80",
                "tcp dport { 22, 80-90, 1024-65535 }", "tcp dport != { 22, 80-90 }", "th dport 80", "th sport < 1024",
                "th sport >= 1024", "icmp type echo-request", "icmp type != echo-request", "icmpv6 type 128",
                "icmp type . icmp code { 3 . 1, 8 . 0 }", "icmp type 3-13", "icmp code 1", "icmpv6 code != 1",
                "tcp flags & (syn | ack) == syn", "udp length 8", "ip dscp 0x2e", "ip dscp != 0x2e", "udp dport > 5000",
                "udp sport <= 80", "tcp sport . tcp dport { 80 . 80, 53 . 22 }",
            ]), packets: 4000, .withoutLaterV6Fragments)
    }

    @Test func addressesAndSets() throws {
        let sets = """
            table inet marks {
              set s-exact { type ipv4_addr; elements = { 10.1.2.3, 10.255.255.255 }; }
              set s-ranges { type ipv4_addr; flags interval; auto-merge; elements = { 10.1.0.0/16, 10.2.3.4, 10.255.0.0/16 }; }
              set s-touching { type ipv4_addr; flags interval; elements = { 10.0.0.0-10.127.255.255, 10.128.0.0-10.128.0.0 }; }
              set s-services { type ipv4_addr . inet_proto . inet_service; elements = { 172.16.0.1 . tcp . 80, 172.16.1.2 . udp . 53 }; }
              set s-wide { type ipv4_addr . inet_proto . inet_service; flags interval
                elements = { 10.0.0.0/9 . tcp . 80-90, 10.2.0.0/16 . udp . 0-1024, 10.128.0.1 . 47 . 80 }; }
              set s-six { type ipv6_addr; flags interval; elements = { fd00::/17, fd00:ff00::9-fd00:ff00::ffff }; }
              set s-six-wide { type ipv6_addr . inet_service; flags interval; elements = { fd00::/18 . 80-91, fd00:8000::/32 . 22 }; }
              set s-rest { type ipv4_addr; flags interval; elements = { 255.255.255.255 }; }
            }

            """
        try agree(
            on: sets
                + Self.marking([
                    "ip saddr @s-exact", "ip saddr != @s-exact", "ip saddr @s-ranges", "ip saddr != @s-ranges",
                    "ip saddr @s-touching", "ip daddr . meta l4proto . th dport @s-services",
                    "ip daddr . meta l4proto . th dport != @s-services", "ip saddr . meta l4proto . th dport @s-wide",
                    "ip saddr . meta l4proto . th dport != @s-wide", "ip6 saddr @s-six", "ip6 saddr != @s-six",
                    "ip6 saddr . th dport @s-six-wide", "ip saddr 10.0.0.0/9", "ip saddr != 10.0.0.0/9",
                    "ip saddr 10.0.0.0/8", "ip6 saddr fd00::/17", "ip6 saddr != fd00:8000::/17",
                    "ip saddr 10.1.2.3-10.2.3.4", "ip saddr != 10.1.2.3-10.2.3.4", "ip saddr @s-rest",
                    "ip saddr & 0.0.0.255 == 0.0.0.3", "ip saddr != { 10.1.0.0/16, 10.128.0.1 }",
                    "ip6 daddr fd01::50", "ip daddr != 172.16.0.80", "iifname \"cali*\"",
                    "iifname { \"cali0\", \"eth0\" }",
                    "oifname \"eth0\"", "iifname != \"cali0\"", "iifname { \"cali*\", \"lo\" }", "meta iif 0",
                ]), packets: 4000, .withoutLaterV6Fragments)
    }

    @Test func verdictsMapsAndChains() throws {
        try agree(
            on: """
                table inet marks {
                  map by-device { type ifname : verdict; elements = { "cali0" : goto from-pod, "eth0" : jump from-wire }; }
                  map by-prefix { type ipv4_addr : verdict; flags interval
                    elements = { 10.1.0.0/16 : accept, 10.2.0.0/16 : jump c-two, 10.128.0.0/9 : return }; }
                  map by-port { type inet_service : mark; elements = { 22 : 0x100, 80 : 0x200 }; }
                  map by-service { type inet_proto . inet_service : mark; flags interval
                    elements = { tcp . 0-1023 : 0x1000, udp . 53-85 : 0x2000 }; }
                  chain c-two { meta mark set meta mark or 2; tcp dport 80 drop; udp dport 53 return; meta mark set meta mark or 4; }
                  chain c-three { th dport 90 return; meta mark set meta mark or 0x10000; goto c-four; }
                  chain c-four { meta mark set meta mark or 0x20000; th dport 85 drop; }
                  chain from-pod { ip saddr vmap @by-prefix; meta mark set meta mark or 8; jump c-three; meta mark set meta mark or 0x40000; }
                  chain from-wire { meta mark set meta mark or 0x10; th dport 1024 accept; }
                  chain c-first {
                    type filter hook forward priority -10; policy accept;
                    counter iifname vmap @by-device
                    counter meta mark set meta mark or 0x20
                  }
                  chain c-second {
                    type filter hook forward priority 5; policy drop;
                    meta mark & 0x8 == 0x8 meta mark set meta mark or 0x40
                    limit rate 100000/second burst 50000 packets meta mark set meta mark or 0x80
                    meta l4proto 47 reject
                    log prefix "x" group 7
                    th dport 91 continue
                    meta l4proto vmap { tcp : accept, udp : goto c-three, 253 : continue }
                    meta mark set meta mark or 0x100000
                    th dport { 22, 80 } meta mark set th dport map @by-port accept
                    meta nfproto ipv6 accept
                  }
                  chain c-third {
                    type filter hook forward priority 6;
                    meta mark set meta mark or 0x200000
                    meta mark 0x0-0x2000ff meta mark set meta mark or 0x400000
                  }
                }
                table inet later {
                  chain c-lookup { type filter hook postrouting priority 10
                    iifname "cali0" meta mark set meta mark or 0x800000
                    oifname "eth0" meta mark set meta mark or 0x1000000; }
                }
                """, packets: 4000, .withoutLaterV6Fragments)
    }

    @Test func connectionsAndRoutes() throws {
        try agree(
            on: """
                table inet raw {
                  chain c-before { type filter hook prerouting priority -300
                    ct state invalid meta mark set meta mark or 1
                    ct state new meta mark set meta mark or 2
                    ct status != dnat meta mark set meta mark or 4
                    udp dport 53 notrack
                    ct state untracked meta mark set meta mark or 8
                    fib saddr . mark . iif oif 0 meta mark set meta mark or 0x10
                    fib saddr . iif oif exists meta mark set meta mark or 0x20
                    fib saddr . iif oif missing meta mark set meta mark or 0x40; }
                  chain c-after { type filter hook prerouting priority -150
                    ct state invalid meta mark set meta mark or 0x100
                    ct state new meta mark set meta mark or 0x200
                    ct state vmap { established : drop, untracked : accept }
                    ct status != dnat meta mark set meta mark or 0x400
                    ct mark 0 ct mark set 5 meta mark set meta mark or 0x800; }
                  chain c-translating { type nat hook prerouting priority -100; meta mark set meta mark or 0x1000; }
                  chain c-passing { type filter hook forward priority 0
                    ct mark 5 meta mark set meta mark or 0x2000
                    ct mark != 5 meta mark set meta mark or 0x4000
                    ct state established,related drop
                    ct state { new, untracked } meta mark set meta mark or 0x8000
                    ct state != new meta mark set meta mark or 0x10000; }
                  chain c-leaving { type nat hook postrouting priority 110; meta mark set meta mark or 0x20000; }
                  chain c-last { type filter hook postrouting priority 105
                    meta mark & 0x20000 == 0x20000 meta mark set meta mark or 0x40000; }
                }
                """, packets: 3000, .plain)
    }

    /// Loads the ruleset into a node, dumps it, and compares mark and verdict of random packets that the kernel forwards
    /// when there are no rules.
    private func agree(on ruleset: String, packets count: Int, _ kind: OddPackets.Kind) throws {
        let isLong = ProcessInfo.processInfo.environment["DATAPLANE_LONG"] == "1"
        let seed = isLong ? UInt64.random(in: .min ... .max) : 1
        var source = OddPackets(seed: seed)
        let packets = (0..<count).map { _ in source.next(kind) }
        let node = try KernelNode(Self.layout)
        let injections = packets.enumerated().map {
            Injection(.interface($0.offset % 3 == 0 ? "eth0" : "cali0"), $0.element)
        }
        let bare = try node.observe(injections)
        try node.load(text: ruleset)
        let observed = try node.observe(injections)
        let interpreted = try Ruleset(messages: node.dump())
        var compared = 0
        for index in injections.indices where bare[index].exit != nil {
            guard case .interface(let input) = injections[index].origin,
                case .sent(let output)? = bare[index].exit
            else { continue }
            let packet = try PacketContext(
                packets[index], input: .init(input, index: 9), output: .init(output, index: 9),
                connection: .tracked(.new), routes: Self.routes)
            let results = interpreted.walk(Hook.forwarded, packet)
            let last = try #require(results.last)
            let verdict: Verdict = results.allSatisfy { $0.verdict == .accept } ? .accept : .drop
            try #require(verdict == observed[index].verdict, "packet \(index) of seed \(seed): \(packets[index])")
            if verdict == .accept {
                let difference = String(last.mark ^ observed[index].mark, radix: 16)
                try #require(
                    last.mark == observed[index].mark,
                    "\(difference), packet \(index) of seed \(seed): \(packets[index])")
            }
            compared += 1
        }
        survivesDamage(try node.dump(), seed: seed)
        print("interpreter = kernel on \(compared) of \(count) packets, seed \(seed)")
        #expect(compared > count / 2)
    }

    /// Loads the dump with a few bytes changed: an error or a ruleset, never a crash.
    private func survivesDamage(_ dump: [[UInt8]], seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<Self.damagedDumps {
            var damaged = dump
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let message = Int.random(in: damaged.indices, using: &random)
                let place = Int.random(in: 16..<damaged[message].count, using: &random)
                damaged[message][place] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? Ruleset(messages: damaged)) == nil { refused += 1 }
        }
        #expect(refused > Self.damagedDumps / 10)
    }

    private static let damagedDumps = ProcessInfo.processInfo.environment["DATAPLANE_LONG"] == "1" ? 500 : 50

    /// Sources 10/9 and fd00::/17 are behind the pod's interface, everything else behind eth0.
    private static let layout = NodeLayout(interfaces: [
        .init(name: "eth0", routes: ["0.0.0.0/0", "::/0"].compactMap { IPPrefix($0) }),
        .init(name: "cali0", routes: podPrefixes),
    ])

    private static let podPrefixes = ["10.0.0.0/9", "fd00::/17"].compactMap { IPPrefix($0) }

    @Sendable private static func routes(_ query: FibQuery) -> FibAnswer {
        let isPod = podPrefixes.contains { $0.contains(query.address) }
        return .interface(isPod ? .init("cali0", index: 2) : .init("eth0", index: 3))
    }
}
