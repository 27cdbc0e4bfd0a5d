import Diagnostics
import NetTypes
import Selectors

@testable import Resources

extension CaseRule {
    /// The rule as Calico's API has it, but for the API's checks, which the tables are below.
    func calicoRule(ofCase number: Int, _ sets: inout SetObjects) throws -> CalicoRule {
        var rule = CalicoRule(action: action, location: .builtIn)
        rule.ipVersion = ipVersion
        rule.proto = proto.map { Located($0, at: .builtIn) }
        rule.notProto = notProto.map { Located($0, at: .builtIn) }
        rule.icmp = icmp.map { CalicoICMP(type: $0.type, code: $0.code) }
        rule.notICMP = notICMP.map { CalicoICMP(type: $0.type, code: $0.code) }
        guard source.ipPortSets.isEmpty else {
            throw CorpusFault("IP and port sets on the source side: Calico has no such rule")
        }
        rule.source = try source.entity(ofCase: number, &sets)
        rule.destination = try destination.entity(ofCase: number, &sets)
        return rule
    }
}

extension CaseRule.Side {
    fileprivate func entity(ofCase number: Int, _ sets: inout SetObjects) throws -> CalicoEntityRule {
        var entity = CalicoEntityRule()
        entity.nets = nets.map { Located($0, at: .builtIn) }
        entity.notNets = notNets.map { Located($0, at: .builtIn) }
        entity.selector = try selector(ipSets, ofCase: number, joinedBy: " && ", sets)
        entity.notSelector = try selector(notIPSets, ofCase: number, joinedBy: " || ", sets)
        entity.ports = try list(ports, namedPortIPSets, ofCase: number, sets)
        entity.notPorts = try list(notPorts, notNamedPortIPSets, ofCase: number, sets)
        if !ipPortSets.isEmpty {
            let keys = try ipPortSets.map { try sets.key($0, ofCase: number, holds: .ports) }
            entity.services = Located(sets.service(keys), at: .builtIn)
        }
        return entity
    }

    private func selector(
        _ names: [String], ofCase number: Int, joinedBy word: String, _ sets: SetObjects
    ) throws -> Located<Selector>? {
        guard !names.isEmpty else { return nil }
        let terms = try names.map { "has(\(try sets.key($0, ofCase: number, holds: .blocks).label))" }
        return Located(try Selector(parsing: terms.joined(separator: word)), at: .builtIn)
    }

    private func list(
        _ ranges: [PortRange], _ names: [String], ofCase number: Int, _ sets: SetObjects
    ) throws -> [Located<CalicoPort>] {
        let named = try names.map { CalicoPort.name(try sets.key($0, ofCase: number, holds: .ports).label) }
        return (ranges.map { CalicoPort.range($0) } + named).map { Located($0, at: .builtIn) }
    }
}
