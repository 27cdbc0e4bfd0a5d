import Classification
import NetTypes

/// Members of an IP set, in the one form that equal sets share.
struct SetMembers: Hashable, CustomStringConvertible {
    private let members: IPSet.Members

    init(_ set: IPSet) { members = set.members }

    /// A list of blocks or of `address,protocol:port`; the list itself does not tell which when it is empty.
    init(_ value: JSONValue, at path: String, ofPorts: Bool) throws {
        let object = try CaseObject(.object(["members": value]), at: path, known: ["members"])
        if ofPorts {
            let triples = try object.strings("members").map { try AddressPort(member: $0, at: path) }
            members = IPSet(addressPorts: triples, isDynamic: true, meaning: "").members
        } else {
            members = IPSet(addresses: try object.prefixes("members"), isDynamic: true, meaning: "").members
        }
    }

    var description: String {
        switch members {
        case .addresses(let blocks): "\(blocks.map(\.description))"
        case .addressPorts(let triples): "\(triples.map { "\($0.address),\($0.proto):\($0.port)" })"
        case .domains(let domains): domains.members.map(\.address.description).description
        }
    }
}
