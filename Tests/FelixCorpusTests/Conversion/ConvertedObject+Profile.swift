import Diagnostics
import NetTypes
import Selectors

@testable import PolicyIR
@testable import Resources

extension ConvertedObject {
    /// A Namespace as the profile that it means.
    init(namespace input: JSONValue) throws {
        let meta = try Self.meta(input)
        var snapshot = ClusterSnapshot(sources: SourceMap())
        snapshot.namespaces = [Namespace(meta: meta)]
        try self.init(profile: ProfileResolution.namespaceProfile(meta.name), of: snapshot)
    }

    /// A ServiceAccount as the profile that it means.
    init(serviceAccount input: JSONValue) throws {
        let meta = try Self.meta(input)
        var snapshot = ClusterSnapshot(sources: SourceMap())
        snapshot.serviceAccounts = [ServiceAccount(meta: meta)]
        let name = ProfileResolution.accountProfile(namespace: meta.namespace ?? "default", meta.name)
        try self.init(profile: name, of: snapshot)
    }

    /// The namespace that a profile's name holds: of namespaces' profiles, or of service accounts' ones.
    init(namespaceOfProfile input: JSONValue, isAccount: Bool) throws {
        guard case .string(let name) = input else { throw CorpusFault("a profile's name is a text") }
        switch (ProfileResolution.subject(of: name), isAccount) {
        case (.namespace(let namespace)?, false), (.account(let namespace, _)?, true):
            self.init(result: .string(namespace))
        default: self.init(result: .string(""), isError: true)
        }
    }

    private init(profile name: String, of snapshot: ClusterSnapshot) throws {
        guard let profile = ProfileResolution(snapshot).profiles[name] else {
            throw CorpusFault("no profile \(name)")
        }
        let labels = profile.labels.pairs.map { ($0.key, JSONValue.string($0.value)) }
        self.init(
            result: .object([
                "kind": .string("Profile"), "apiVersion": .string("projectcalico.org/v3"),
                "key": .object(["name": .string(profile.name), "kind": .string("Profile")]),
                "metadata": .object(["name": .string(profile.name)]),
                "spec": .object([
                    "ingress": .array(try profile.ingress.map(Self.rule)),
                    "egress": .array(try profile.egress.map(Self.rule)),
                    "labelsToApply": .object(Dictionary(uniqueKeysWithValues: labels)),
                ]),
            ]),
            unmodelled: ["uid": Self.dataStore, "revision": Self.dataStore, "metadata.uid": Self.dataStore])
    }

    /// Profiles made of objects have rules without conditions.
    private static func rule(_ rule: PolicyRule) throws(CorpusFault) -> JSONValue {
        let isFree = [rule.source, rule.destination].allSatisfy { side in
            side.nets.isEmpty && side.notNets.isEmpty && side.selector == nil && side.notSelector == nil
                && !side.hasPorts && !side.hasNotPorts && side.service == nil
        }
        guard isFree, rule.proto == nil, rule.notProto == nil, rule.ipVersion == nil else {
            throw CorpusFault("a condition in the rule of an object's profile")
        }
        return .object(["action": .string(rule.action.word)])
    }

    /// The head as it is: the labels that the API server adds are not in the tables.
    private static func meta(_ input: JSONValue) throws -> ObjectMeta {
        let root = try CaseObject(input, at: "input", known: ["metadata", "spec", "status", "kind", "apiVersion"])
        let fields: Set<String> = [
            "name", "namespace", "labels", "annotations", "uid", "resourceVersion", "generateName",
            "creationTimestamp",
        ]
        guard let metadata = try root.object("metadata", known: fields) else { throw CorpusFault("no metadata") }
        return ObjectMeta(
            name: try metadata.requiredString("name"), namespace: try metadata.string("namespace"),
            labels: Labels(try metadata.labels("labels")), location: .builtIn)
    }
}
