import NetTypes

/// A packet as both evaluators see it.
struct PacketSample: CustomStringConvertible {
    var key: FlowKey
    /// The first four bytes of the transport header; `nil` when they cannot be read. Those of protocols without ports
    /// are random: no rule may take them for ports.
    var header: [UInt8]?
    var state: FlowState
    var inputInterface: String?
    var outputInterface: String?

    var description: String {
        "\(state) \(key) \(key.transport) \(inputInterface ?? "-") -> \(outputInterface ?? "-")"
    }

    func address(_ end: SampleEnd) -> IPAddress { end == .source ? key.source : key.destination }
    func port(_ end: SampleEnd) -> UInt16 { end == .source ? key.sourcePort : key.destinationPort }
}

enum SampleEnd { case source, destination }

extension PacketSample {
    /// From the small worlds that `RandomTree` draws its conditions from, and their neighbourhood.
    static func random(_ random: inout some RandomNumberGenerator) -> PacketSample {
        let family: IPFamily = Int.random(in: 0..<3, using: &random) == 0 ? .v6 : .v4
        let numbers: [UInt8] = [1, 4, 6, 6, 6, 17, 17, 47, 58, 132, 33, 136]
        let proto = IPProtocol(numbers.randomElement(using: &random) ?? 6)
        var header = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
        var key = FlowKey.opaque(proto, from: address(family, &random), to: address(family, &random))
        if Int.random(in: 0..<12, using: &random) == 0 {
            key.transport = .unreadable
        } else if proto.hasPorts {
            key.transport = .ports
            key.sourcePort = port(&random)
            key.destinationPort = port(&random)
            header = [key.sourcePort, key.destinationPort].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        } else if proto == .icmp(of: family) {
            key.transport = .icmp
            key.icmpType = [0, 3, 8, 130, 134, 136].randomElement(using: &random) ?? 8
            key.icmpCode = UInt8.random(in: 0...2, using: &random)
            header[0] = key.icmpType
            header[1] = key.icmpCode
        }
        return PacketSample(
            key: key, header: key.transport == .unreadable ? nil : header,
            state: [.new, .new, .new, .new, .established, .related, .invalid].randomElement(using: &random) ?? .new,
            inputInterface: nil, outputInterface: nil)
    }

    private static func address(_ family: IPFamily, _ random: inout some RandomNumberGenerator) -> IPAddress {
        if family == .v6 {
            let high: UInt128 = [0, 0xfd00 << 112, 0x2001 << 112, 0x4000 << 112].randomElement(using: &random) ?? 0
            return IPAddress(v6: high | UInt128(UInt8.random(in: 0...10, using: &random)))
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return IPAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random))
        case 1: return IPAddress(v4: 0xffff_0000 | UInt32.random(in: 0...0xffff, using: &random))
        case 2: return IPAddress(v4: 0x0a00_0001)
        default:
            return IPAddress(
                v4: 0x0a00_0000 | UInt32.random(in: 0...3, using: &random) << 16
                    | UInt32.random(in: 0...255, using: &random))
        }
    }

    private static func port(_ random: inout some RandomNumberGenerator) -> UInt16 {
        let base: UInt16 = [0, 1, 80, 443, 4789, 8080, 65535].randomElement(using: &random) ?? 80
        return base &+ ([0, 0, 0, 1, .max].randomElement(using: &random) ?? 0)
    }
}
