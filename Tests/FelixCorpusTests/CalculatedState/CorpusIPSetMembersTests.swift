import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Selectors
import Testing

@testable import PolicyCompiler

/// Endpoints with labels, parents and named ports → members of IP sets: `ipset_members` of the Felix corpus through the
/// compiler's sets.
struct CorpusIPSetMembersTests {
    @Test(.enabled(if: FelixCorpus.file("ipset_members") != nil, FelixCorpus.absence))
    func members() throws {
        var report = CaseReport("ipset_members")
        for (id, value) in try FelixCorpus.cases("ipset_members", format: "ipset-members/1") {
            report.check(id) { try Self.differences(id, value) }
        }
        report.finish()
    }

    private static func differences(_ id: String, _ value: JSONValue) throws -> [String] {
        let object = try CaseObject(
            value, at: id, known: ["case", "origin", "endpoints", "parents", "ipSets", "expect"])
        var sets = SetInterning(.holding(try objects(object)))
        var expected = Dictionary(uniqueKeysWithValues: try object.entries("expect").map { ($0.key, $0.value) })
        var differences: [String] = []
        for (name, value) in try object.entries("ipSets") {
            let set = try CaseObject(value, at: "\(id).ipSets.\(name)", known: ["selector", "protocol", "port"])
            guard let members = expected.removeValue(forKey: name) else {
                throw CorpusFault("\(id): nothing expected of \(name)")
            }
            let wanted = try SetMembers(members, at: "\(id).expect.\(name)", ofPorts: set["port"] != nil)
            let found = try SetMembers(sets.set(of: set))
            if found != wanted { differences.append("\(name): \(found), not \(wanted)") }
        }
        guard expected.isEmpty else { throw CorpusFault("\(id): \(expected.keys.sorted()) are no sets of the case") }
        return differences
    }

    private static func objects(_ object: CaseObject) throws -> [LabelledObject] {
        var parents: [String: Labels] = [:]
        for (name, labels) in try object.entries("parents") {
            parents[name] = Labels(
                try CaseObject(.object(["labels": labels]), at: "\(object.path).parents", known: ["labels"])
                    .labels("labels"))
        }
        return try object.entries("endpoints").map { name, value in
            let endpoint = try CaseObject(
                value, at: "\(object.path).\(name)", known: ["labels", "nets", "parents", "ports"])
            return LabelledObject(
                kind: .workload, name: name,
                labels: EffectiveLabels(
                    own: Labels(try endpoint.labels("labels")),
                    inherited: try endpoint.strings("parents").compactMap { parents[$0] }),
                prefixes: try endpoint.prefixes("nets"), namedPorts: try endpoint.namedPorts("ports"),
                location: nil)
        }
    }
}

extension SetInterning {
    /// The set of a selector, or of a selector with a named port.
    fileprivate mutating func set(of object: CaseObject) throws -> IPSet {
        let selector = try Selector(parsing: try object.requiredString("selector"))
        guard let port = try object.string("port") else {
            let id = members(of: selector)
            return sets[id.value]
        }
        let id = namedPort(port, owners: selector, proto: try CaseRule.proto(object, "protocol"))
        return sets[id.value]
    }
}

extension CaseObject {
    /// Ports with name, protocol and number.
    func namedPorts(_ name: String) throws(CorpusFault) -> [NamedPort] {
        var ports: [NamedPort] = []
        for port in try objects(name, known: ["name", "protocol", "port"]) {
            guard let proto = try CaseRule.proto(port, "protocol"), let number = try port.integer("port", UInt16.self)
            else { throw port.mistyped("protocol, port", "both there") }
            ports.append(NamedPort(name: try port.requiredString("name"), proto: proto, port: number))
        }
        return ports
    }
}

extension ResolvedCluster {
    /// A cluster of nothing but these objects.
    fileprivate static func holding(_ objects: [LabelledObject]) -> ResolvedCluster {
        ResolvedCluster(
            topology: Topology(nodes: [], endpoints: []), endpoints: [], objects: objects, tiers: [], profiles: [:],
            serviceMembers: [:], nodeSettings: [], services: ServiceTable(), sources: SourceMap())
    }
}
