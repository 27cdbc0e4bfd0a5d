import TestSupport

/// Random packets with everything that makes header parsing hard: options, fragments, chains of extension headers,
/// cut transport headers.
struct OddPackets {
    private var random: SeededGenerator
    private var serial: UInt32 = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    enum Kind {
        case odd
        /// Later IPv6 fragments have no transport offset: the kernel then reads ports from the IP header, where the
        /// harness's tag stands. They are left to tests that don't look there.
        case withoutLaterV6Fragments
        /// Whole packets of protocols that connection tracking calls `new`.
        case plain
    }

    /// From 10.0.0.0/8 or fd00::/16 to 172.16.0.0/12 or fd01::/16.
    mutating func next(_ kind: Kind) -> [UInt8] {
        serial += 1
        let isV4 = Bool.random(using: &random)
        switch kind {
        case .plain:
            let (proto, payload) = transport(among: [6, 17, 89])
            return isV4 ? v4(proto, payload, fragment: 0) : v6(proto, payload)
        case .odd: return isV4 ? v4() : v6(fragments: [0, 1, 8, 9, 0x100])
        case .withoutLaterV6Fragments: return isV4 ? v4() : v6(fragments: [0, 1])
        }
    }

    private mutating func v4() -> [UInt8] {
        var (proto, payload) = transport(among: [1, 6, 17, 47, 50, 132, 253])
        var fragment: UInt16 = 0
        if chance(4) {
            // More fragments to come, or somewhere behind the first; lengths of 8 bytes as fragments must have.
            fragment = chance(2) ? 0x2000 : pick([0x0001, 0x2003, 0x0010])
            payload += Array(repeating: 0x50, count: (8 - payload.count % 8) % 8)
        } else if chance(6) {
            payload = Array(payload.prefix(pick([0, 1, 2, 3, 4, 7])))
        }
        if chance(9) { proto = pick([0, 58, 60]) }
        return v4(proto, payload, fragment: fragment)
    }

    private mutating func v4(_ proto: UInt8, _ payload: [UInt8], fragment: UInt16) -> [UInt8] {
        // No-operation options.
        let options: [UInt8] = chance(5) ? Array(repeating: 1, count: 4 * pick([1, 2, 10])) : []
        let length = UInt16(20 + options.count + payload.count)
        let identification = UInt16(truncatingIfNeeded: serial)
        let destination: [UInt8] = [172, 16, pick([0, 1]), pick([1, 2, 3, 80])]
        var header: [UInt8] = [0x45 + UInt8(options.count / 4), pick([0, 0xb8])]
        header += wire(length) + wire(identification) + wire(fragment) + [64, proto, 0, 0] + source4()
        header += destination + options
        var sum = stride(from: 0, to: header.count, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(header[$1]) << 8 + UInt32(header[$1 + 1])
        }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        header.replaceSubrange(10..<12, with: wire(~UInt16(truncatingIfNeeded: sum)))
        return header + payload
    }

    private mutating func v6(fragments: [UInt16]) -> [UInt8] {
        var (proto, payload) = transport(among: [6, 17, 47, 50, 58, 59, 132, 253])
        if chance(6) { payload = Array(payload.prefix(pick([0, 1, 2, 3, 4, 7]))) }
        // From the inside out; hop-by-hop options may only come first.
        for _ in 0..<Int(pick([0, 0, 1, 2, 3])) {
            switch pick([0, 1, 2, 3]) {
            case 0: (proto, payload) = (60, options(proto) + payload)
            case 1: (proto, payload) = (43, [proto, 0, 4, pick([0, 1]), 0, 0, 0, 0] + payload)
            case 2: (proto, payload) = (51, [proto, pick([1, 4])] + Array(repeating: 0, count: 10) + payload)
            default:
                let fragment = pick(fragments)
                payload += Array(repeating: 0x50, count: (8 - payload.count % 8) % 8)
                (proto, payload) = (
                    44, [proto, 0] + wire(fragment) + [0, 0] + wire(UInt16(truncatingIfNeeded: serial)) + payload
                )
            }
        }
        if chance(6) { (proto, payload) = (0, options(proto) + payload) }
        if chance(10) { payload = Array(payload.prefix(Int(pick([1, 8, 9, 16])))) }
        return v6(proto, payload)
    }

    private mutating func v6(_ proto: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let zeros: [UInt8] = Array(repeating: 0, count: 11)
        let source: [UInt8] = [0xfd, 0, pick([0, 0x40, 0x80, 0xff]), 0] + zeros + [pick([1, 2, 9])]
        let destination: [UInt8] = [0xfd, 1, 0, 0] + zeros + [pick([1, 2, 80])]
        return [0x60, 0, 0, 0] + wire(UInt16(payload.count)) + [proto, 64] + source + destination + payload
    }

    /// A header of 8 bytes that holds one padding option.
    private func options(_ next: UInt8) -> [UInt8] { [next, 0, 1, 4, 0, 0, 0, 0] }

    private mutating func source4() -> [UInt8] {
        pick([[10, 1, 2, 3], [10, 2, 3, 4], [10, 127, 0, 1], [10, 128, 0, 1], [10, 255, 255, 255], [10, 1, 0, 0]])
    }

    private mutating func transport(among protocols: [UInt8]) -> (UInt8, [UInt8]) {
        let proto = pick(protocols)
        let ports = wire(pick([1, 53, 80, 1024, 40000])) + wire(pick([22, 53, 80, 85, 90, 91, 1024, 5000, 65535]))
        switch proto {
        case 6: return (proto, ports + [0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0])
        case 17: return (proto, ports + [0, 8, 0, 0])
        case 1, 58: return (proto, [pick([3, 8, 13, 128, 129]), pick([0, 1]), 0, 0, 0, 7, 0, 1])
        default: return (proto, ports + Array(repeating: pick([0, 0x50]), count: 20))
        }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private func wire(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
