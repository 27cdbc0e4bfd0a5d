import Diagnostics
import NetTypes
import NetworkTopology

extension MatchTree {
    /// The tree for tools: `compile -o json`. One object, keys in fixed order, ids as numbers into the lists beside
    /// them; ends in a newline.
    public var json: String {
        let members = [
            "\"apiVersion\":\"dataplane/v1\"", "\"kind\":\"MatchTree\"",
            "\"sets\":\(array(sets.map(object)))", "\"chains\":\(array(chains.map(object)))",
            "\"programs\":\(array(programs.map(object)))",
            "\"endpoints\":\(array(zip(topology.endpoints, endpoints).map(object)))",
            "\"hostEndpoints\":\(array(zip(topology.hostEndpoints, hostEndpoints).map(object)))",
            "\"stagedPolicies\":\(array(stagedPolicies.map(object)))",
        ]
        return "{\(members.joined(separator: ",\n"))}\n"
    }

    private func array(_ elements: [String]) -> String {
        elements.isEmpty ? "[]" : "[\n\(elements.joined(separator: ",\n"))\n]"
    }

    private func strings(_ texts: some Sequence<String>) -> String {
        "[\(texts.map(JSONText.quoted).joined(separator: ","))]"
    }

    private func numbers(_ values: some Sequence<Int>) -> String {
        "[\(values.map(String.init).joined(separator: ","))]"
    }

    private func place(_ location: SourceLocation?) -> String {
        guard let location, !location.isBuiltIn else { return "null" }
        return JSONText.quoted(sources.text(location))
    }

    private func object(_ staged: StagedPolicy) -> String {
        func name(_ name: (some CustomStringConvertible)?) -> String {
            name.map { JSONText.quoted($0.description) } ?? "null"
        }
        return "{\"policy\":\(name(staged.name)),\"tier\":\(name(staged.tier)),"
            + "\"deletes\":\(staged.isDeletion),\"replaces\":\(name(staged.replaces)),"
            + "\"source\":\(place(staged.location))}"
    }

    private func object(_ set: IPSet) -> String {
        let members: [String] =
            switch set.members {
            case .addresses(let blocks): blocks.map(\.description)
            case .addressPorts(let triples): triples.map { "\($0.address),\($0.proto):\($0.port)" }
            case .domains(let domains): domains.members.map { "\($0.address)" }
            }
        let domains = set.domains.map { ",\"domains\":\(strings($0.patterns.map(\.text)))" } ?? ""
        return "{\"name\":\(JSONText.quoted(set.name)),\"meanings\":\(strings(set.meanings)),\"members\":"
            + "\(strings(members))\(domains)}"
    }

    private func object(_ chain: RuleChain) -> String {
        let owner: String =
            switch chain.owner {
            case .policy(let name, let tier):
                "\"policy\":\(JSONText.quoted(name.description)),\"tier\":\(JSONText.quoted(tier))"
            case .profile(let name, let exists): "\"profile\":\(JSONText.quoted(name)),\"exists\":\(exists)"
            }
        let rules = chain.rules.map { rule in
            "{\"index\":\(rule.manifestIndex),\"action\":\"\(rule.action.word)\","
                + "\"match\":\(JSONText.quoted(text(of: rule.match))),\"source\":\(place(rule.location))}"
        }
        return "{\(owner),\"direction\":\"\(chain.direction.word)\",\"source\":\(place(chain.location)),"
            + "\"rules\":\(array(rules)),\"removed\":\(array(chain.removed.map(object)))}"
    }

    private func object(_ rule: RemovedRule) -> String {
        "{\"index\":\(rule.manifestIndex),\"action\":\"\(rule.action.word)\",\"reason\":\"\(rule.reason.word)\","
            + "\"matches\":\(rule.reason.mayMatch),\"source\":\(place(rule.location))}"
    }

    private func object(_ program: Program) -> String {
        let tiers = program.tiers.map { block in
            "{\"tier\":\(JSONText.quoted(block.tier)),\"chains\":\(numbers(block.chains.map(\.value))),"
                + "\"end\":\"\(block.isClosed ? "None" : block.endOfTierDrop == nil ? "Pass" : "Deny")\"}"
        }
        let end =
            switch program.end {
            case .drop: "Deny"
            case .accept: "Allow"
            case .undecided: "None"
            }
        return
            "{\"direction\":\"\(program.direction.word)\",\"stage\":\"\(program.stage.word)\",\"tiers\":[\(tiers.joined(separator: ","))],"
            + "\"profiles\":\(numbers(program.profiles.map(\.value))),\"end\":\"\(end)\"}"
    }

    private func object(_ host: Topology.HostEndpoint, _ programs: HostEndpointPrograms) -> String {
        let interface: String =
            switch host.interface {
            case .named(let name): "\"interface\":\(JSONText.quoted(name))"
            case .any: "\"interface\":\"*\""
            case .withAddresses(let addresses): "\"expectedIPs\":\(strings(addresses.map(\.description)))"
            }
        func pair(_ programs: EndpointPrograms?) -> String {
            programs.map { "{\"ingress\":\($0.ingress.value),\"egress\":\($0.egress.value)}" } ?? "null"
        }
        return
            "{\"name\":\(JSONText.quoted(host.name)),\"node\":\(JSONText.quoted(topology.nodes[host.node.value].name)),"
            + "\(interface),\"untracked\":\(pair(programs.untracked)),"
            + "\"preDNAT\":\(programs.preDNAT.map { String($0.value) } ?? "null"),"
            + "\"normal\":\(pair(programs.normal)),\"forward\":\(pair(programs.forward))}"
    }

    private func object(_ endpoint: Topology.Endpoint, _ programs: EndpointPrograms) -> String {
        "{\"name\":\(JSONText.quoted(endpoint.name)),\"node\":\(JSONText.quoted(topology.nodes[endpoint.node.value].name)),"
            + "\"interface\":\(JSONText.quoted(endpoint.interface)),"
            + "\"addresses\":\(strings(endpoint.addresses.map(\.description))),"
            + "\"ingress\":\(programs.ingress.value),\"egress\":\(programs.egress.value)}"
    }
}
