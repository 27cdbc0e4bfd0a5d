import Diagnostics
import ManifestReading
import NetTypes
import Selectors

@testable import Resources

/// The resources of one state of the data store, read by the product's own loader.
///
/// They become v3 manifests but for what no manifest can say, which is set afterwards: tiers as the calculation has them
/// (`default` with another order, none at all), ids of workload endpoints, and names that the API would not take.
/// Policies are written in the storage form, whose defaults are the calculation's own (calico.md 1.4).
struct StateManifests {
    private(set) var documents: [JSONValue] = []
    private var tiers: [Tier] = []
    /// Original names by the made-up ones that the manifests bear.
    private var names: [String: String] = [:]
    private var profiles: [String: (rules: JSONValue?, labels: JSONValue?)] = [:]
    /// Policies that every node is told of, whether or not one of its endpoints has them: a hint for speed that the
    /// product leaves aside, since it decides nothing.
    private(set) var alwaysActive: Set<String> = []

    init(_ resources: [JSONValue], at path: String) throws {
        for (number, resource) in resources.enumerated() { try add(resource, "\(path).resources[\(number)]") }
        for (name, profile) in profiles.sorted(by: { $0.key < $1.key }) {
            documents.append(
                document(
                    "Profile", name,
                    spec: .fields([
                        "ingress": profile.rules?["ingress"], "egress": profile.rules?["egress"],
                        "labelsToApply": profile.labels,
                    ])))
        }
    }

    /// What the loader makes of it.
    func snapshot() throws(CorpusFault) -> ClusterSnapshot {
        var sources = SourceMap()
        let text = JSONValue.fields([
            "apiVersion": .string("v1"), "kind": .string("List"), "items": .array(documents),
        ]).text
        let manifest = ManifestReader.read(bytes: Array(text.utf8), file: sources.add("state.json"))
        var (snapshot, diagnostics) = ResourceDecoder.decode(manifests: [manifest], sources: sources)
        let errors = (manifest.diagnostics + diagnostics).filter { $0.severity == .error }
        guard errors.isEmpty else { throw CorpusFault("\(errors.map { "\($0.fieldPath): \($0.message)" })") }
        snapshot.tiers = tiers
        for index in snapshot.calicoPolicies.indices {
            snapshot.calicoPolicies[index].meta.name = original(snapshot.calicoPolicies[index].meta.name)
        }
        for index in snapshot.workloadEndpoints.indices {
            snapshot.workloadEndpoints[index].workload = original(snapshot.workloadEndpoints[index].meta.name)
        }
        for index in snapshot.hostEndpoints.indices {
            snapshot.hostEndpoints[index].meta.name = original(snapshot.hostEndpoints[index].meta.name)
        }
        return snapshot
    }

    private func original(_ name: String) -> String { names[name] ?? name }

    // MARK: Resources

    private mutating func add(_ resource: JSONValue, _ path: String) throws {
        guard case .string(let kind)? = resource["kind"] else { throw CorpusFault("\(path): no kind") }
        let made = "object-\(documents.count)"
        switch kind {
        case "Tier": try addTier(CaseObject(resource, at: path, known: ["kind", "name", "order", "defaultAction"]))
        case "Profile":
            let object = try CaseObject(resource, at: path, known: ["kind", "name", "labelsToApply"])
            profiles[try object.requiredString("name"), default: (nil, nil)].labels = object["labelsToApply"]
        case "ProfileRules":
            let object = try CaseObject(resource, at: path, known: ["kind", "name", "ingress", "egress"])
            profiles[try object.requiredString("name"), default: (nil, nil)].rules = .fields([
                "ingress": try rules(object, "ingress"), "egress": try rules(object, "egress"),
            ])
        case "GlobalNetworkPolicy": try addPolicy(resource, path, made)
        case "WorkloadEndpoint": try addWorkloadEndpoint(resource, path, made)
        case "HostEndpoint": try addHostEndpoint(resource, path, made)
        case "GlobalNetworkSet", "NetworkSet":
            let object = try CaseObject(resource, at: path, known: ["kind", "name", "namespace", "labels", "nets"])
            // The API takes each net once only.
            var seen: Set<String> = []
            let nets = try object.strings("nets").filter { seen.insert($0).inserted }
            documents.append(
                document(
                    kind, made, namespace: object["namespace"], labels: object["labels"],
                    spec: .object(["nets": .strings(nets)])))
        case "EndpointSlice": try addEndpointSlice(resource, path, made)
        default: throw CorpusFault("\(path): a \(kind) has no known meaning")
        }
    }

    private mutating func addTier(_ object: CaseObject) throws(CorpusFault) {
        let action = try object.string("defaultAction") ?? Tier.DefaultAction.deny.rawValue
        guard let action = Tier.DefaultAction(rawValue: action) else {
            throw object.mistyped("defaultAction", "Deny or Pass")
        }
        tiers.append(
            Tier(
                calculatedAs: try object.requiredString("name"), order: try object.number("order"),
                defaultAction: action))
    }

    private mutating func addPolicy(_ resource: JSONValue, _ path: String, _ made: String) throws {
        let object = try CaseObject(
            resource, at: path,
            known: [
                "kind", "name", "namespace", "tier", "order", "selector", "ingress", "egress", "types", "doNotTrack",
                "preDNAT", "applyOnForward", "performanceHints",
            ])
        let name = try object.requiredString("name")
        names[made] = name
        let hints = try object.strings("performanceHints")
        if hints.contains("AssumeNeededOnEveryNode") { alwaysActive.insert(name) }
        // The API lets these kinds of policy only stand with applyOnForward.
        let appliesOnForward = try ["applyOnForward", "doNotTrack", "preDNAT"].contains { try object.bool($0) == true }
        documents.append(
            document(
                "GlobalNetworkPolicy", made, apiVersion: "crd.projectcalico.org/v1",
                spec: .fields([
                    "tier": object["tier"], "order": object["order"], "selector": object["selector"],
                    "ingress": try rules(object, "ingress"), "egress": try rules(object, "egress"),
                    "types": object["types"], "doNotTrack": object["doNotTrack"], "preDNAT": object["preDNAT"],
                    "applyOnForward": appliesOnForward ? .bool(true) : nil,
                    "performanceHints": object["performanceHints"],
                ])))
    }

    private mutating func addWorkloadEndpoint(_ resource: JSONValue, _ path: String, _ made: String) throws {
        let object = try CaseObject(
            resource, at: path,
            known: ["kind", "id", "node", "interface", "labels", "profiles", "nets", "ports"])
        names[made] = try object.requiredString("id")
        documents.append(
            document(
                "WorkloadEndpoint", made, namespace: object["labels"]?["projectcalico.org/namespace"],
                labels: object["labels"],
                spec: .fields([
                    "node": object["node"], "interfaceName": object["interface"] ?? .string(made),
                    "ipNetworks": object["nets"],
                    "profiles": object["profiles"], "ports": try ports(object),
                ])))
    }

    private mutating func addHostEndpoint(_ resource: JSONValue, _ path: String, _ made: String) throws {
        let object = try CaseObject(
            resource, at: path,
            known: ["kind", "id", "node", "interface", "labels", "profiles", "expectedIPs", "ports"])
        names[made] = try object.requiredString("id")
        documents.append(
            document(
                "HostEndpoint", made, labels: object["labels"],
                spec: .fields([
                    "node": object["node"], "interfaceName": object["interface"],
                    "expectedIPs": object["expectedIPs"], "profiles": object["profiles"],
                    "ports": try ports(object),
                ])))
    }

    private mutating func addEndpointSlice(_ resource: JSONValue, _ path: String, _ made: String) throws {
        let object = try CaseObject(
            resource, at: path, known: ["kind", "name", "namespace", "labels", "endpoints", "ports"])
        // One slice per family, as the API wants it.
        for (type, family) in [("IPv4", IPFamily.v4), ("IPv6", .v6)] {
            let endpoints = try endpoints(object, family)
            guard family == .v4 || !endpoints.isEmpty else { continue }
            documents.append(
                .fields([
                    "apiVersion": .string("discovery.k8s.io/v1"), "kind": .string("EndpointSlice"),
                    "metadata": .fields([
                        "name": .string("\(made)-\(type.lowercased())"), "namespace": object["namespace"],
                        "labels": object["labels"],
                    ]),
                    "addressType": .string(type), "endpoints": .array(endpoints), "ports": object["ports"],
                ]))
        }
    }

    /// Of a slice's endpoints, given as lists of addresses, those with addresses of a family.
    private func endpoints(_ slice: CaseObject, _ family: IPFamily) throws -> [JSONValue] {
        var endpoints: [JSONValue] = []
        for list in try slice.array("endpoints") {
            let endpoint = try CaseObject(.object(["addresses": list]), at: slice.path, known: ["addresses"])
            let addresses = try endpoint.strings("addresses").filter { IPAddress($0)?.family == family }
            if !addresses.isEmpty { endpoints.append(.object(["addresses": .strings(addresses)])) }
        }
        return endpoints
    }

    // MARK: Parts

    private func document(
        _ kind: String, _ name: String, apiVersion: String = "projectcalico.org/v3", namespace: JSONValue? = nil,
        labels: JSONValue? = nil, spec: JSONValue
    ) -> JSONValue {
        .object([
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": .fields(["name": .string(name), "namespace": namespace, "labels": labels]), "spec": spec,
        ])
    }

    /// Rules in v3 names. The calculation knows protocols in lower case, the API as Calico spells them; fields that mean
    /// nothing are the loader's to refuse.
    private func rules(_ object: CaseObject, _ name: String) throws(CorpusFault) -> JSONValue? {
        guard object[name] != nil else { return nil }
        var rules: [JSONValue] = []
        for item in try object.array(name) {
            guard case .object(var rule) = item else { throw object.mistyped(name, "a list of rules") }
            for field in ["protocol", "notProtocol"] {
                rule[field] = rule[field].map(Self.canonicalProtocol)
            }
            rules.append(.object(rule))
        }
        return .array(rules)
    }

    private func ports(_ object: CaseObject) throws(CorpusFault) -> JSONValue {
        var ports: [JSONValue] = []
        for item in try object.array("ports") {
            guard case .object(var port) = item else { throw object.mistyped("ports", "a list of ports") }
            port["protocol"] = port["protocol"].map(Self.canonicalProtocol)
            ports.append(.object(port))
        }
        return .array(ports)
    }

    private static func canonicalProtocol(_ value: JSONValue) -> JSONValue {
        guard case .string(let text) = value,
            let known = IPProtocol.calicoNames.first(where: { $0.name.lowercased() == text.lowercased() })
        else { return value }
        return .string(known.name)
    }
}
