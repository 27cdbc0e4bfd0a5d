import Classification
import NetTypes

/// An IP set of a packet case.
struct CaseSet {
    var prefixes: [IPPrefix] = []
    /// Members with protocol and port.
    var triples: [AddressPort] = []
}

extension CaseSet {
    /// Members are blocks, or `address,protocol:port`.
    init(members: [String], at path: String) throws(CorpusFault) {
        for member in members {
            if member.contains(",") {
                triples.append(try AddressPort(member: member, at: path))
            } else {
                guard let prefix = IPPrefix(member) else { throw CorpusFault("\(path): \(member) is no block") }
                prefixes.append(prefix)
            }
        }
    }
}

extension AddressPort {
    /// `address,protocol:port`; the address may bear its full prefix length.
    init(member: String, at path: String) throws(CorpusFault) {
        let parts = member.split(separator: ",", omittingEmptySubsequences: false)
        let ends = parts.count == 2 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
        guard ends.count == 2, let prefix = IPPrefix(String(parts[0])), prefix.isSingleAddress,
            let port = UInt16(ends[1]),
            let proto = IPProtocol.calicoNames.first(where: { $0.name.lowercased() == ends[0].lowercased() })?.proto
                ?? UInt8(ends[0]).map({ IPProtocol($0) })
        else { throw CorpusFault("\(path): \(member) is no address with protocol and port") }
        self.init(address: prefix.address, proto: proto, port: port)
    }
}
