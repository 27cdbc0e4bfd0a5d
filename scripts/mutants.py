"""The faults of scripts/mutation.py: (file, text that stands in it once, replacement).

None of them leaves the meaning as it is; a text may span lines, so that it is found once.
"""

LOWERING = "Sources/PolicyCompiler/RuleLowering.swift"
SETS = "Sources/PolicyCompiler/SetInterning.swift"
TREE = "Sources/PolicyCompiler/TreeBuilder.swift"
FAMILY = "Sources/Matching/Rules/FamilyMatcher.swift"
FREEZER = "Sources/Matching/Rules/RuleFreezer.swift"
FROZEN_SETS = "Sources/Matching/Sets/FrozenSets.swift"
JUDGE = "Sources/Matching/Matcher+Judge.swift"
HOOKS = "Sources/Matching/Matcher+HostHooks.swift"
WAY = "Sources/Matching/Way.swift"

COMPILER = [
    (LOWERING, "!list.isEmpty && !list.contains { $0.family == family }",
     "!list.isEmpty && !list.contains { $0.family != family }"),
    (LOWERING, "(rule.source.notNets + rule.destination.notNets).filter", "rule.source.notNets.filter"),
    (LOWERING, "rule.ipVersion.map { FamilySet($0) } ?? .both", "FamilySet.both"),
    (LOWERING, "if let excluded = rule.notProto { protocols.remove(excluded) }",
     "if let excluded = rule.notProto, !excluded.hasPorts { protocols.remove(excluded) }"),
    (LOWERING, "match.notICMP = rule.notICMP.map", "match.notICMP = rule.icmp.map"),
    (LOWERING, "match.icmp = rule.icmp.map { ICMPMatch(type: $0.type, code: $0.code) }",
     "match.icmp = rule.icmp.map { ICMPMatch(type: $0.type, code: nil) }"),
    (LOWERING, "if !entity.notNets.isEmpty {", "if entity.notNets.count > 1 {"),
    (LOWERING, "if let selector = entity.notSelector { side.notInSets.append(",
     "if let selector = entity.notSelector { side.inSets.append("),
    (LOWERING, "if isSource {", "if !isSource {"),
    (LOWERING, "side.notPorts = ports(entity.notPorts, entity.notNamedPorts,", "side.notPorts = ports(entity.notPorts, [],"),
    (LOWERING, "side.ports = ports(entity.ports, entity.namedPorts,", "side.ports = ports(entity.ports, [],"),
    (LOWERING, "owners: entity.selector", "owners: nil"),
    (LOWERING, "match.source = lower(rule.source,", "match.source = lower(rule.destination,"),
    (SETS, "filter { selector.matches($0.labels) }", "filter { selector.matches($0.labels) && $0.kind != .host }"),
    (SETS, "(selector?.matches(object.labels) ?? true)", "(selector?.matches(object.labels) ?? false)"),
    (SETS, "$0.name == name && (proto == nil || $0.proto == proto)", "$0.name == name && $0.proto == (proto ?? .tcp)"),
    (SETS, "members.map { IPPrefix(host: $0.address) }", "members.prefix(1).map { IPPrefix(host: $0.address) }"),
    (SETS, "AddressPort(address: member.address, proto: $0.proto,", "AddressPort(address: member.address, proto: .tcp,"),
    (TREE, "let endsInDrop = (stage == .normal || stage == .forward) && !tier.passesAtEnd",
     "let endsInDrop = stage == .normal && !tier.passesAtEnd"),
    (TREE, "let endsInDrop = (stage == .normal || stage == .forward) && !tier.passesAtEnd",
     "let endsInDrop = !tier.passesAtEnd"),
    (TREE, "acceptsAtEnd: !exists(.forward)", "acceptsAtEnd: exists(.forward)"),
    (TREE, "preDNAT: exists(.preDNAT) ?", "preDNAT: exists(.normal) ?"),
    (TREE, "untracked: exists(.untracked) ?", "untracked: exists(.preDNAT) ?"),
    (TREE, "let key = PolicyDirection(policy: policy.name, direction: direction)",
     "let key = PolicyDirection(policy: policy.name, direction: .ingress)"),
    (TREE, "profiles: profiles.map { chain(ofProfile: $0, direction) }",
     "profiles: profiles.prefix(1).map { chain(ofProfile: $0, direction) }"),
    (TREE, "action: .deny, match: RuleMatch()", "action: .pass, match: RuleMatch()"),
]

MATCHER = [
    (FAMILY, "case .icmpIsNot: return key.transport == .icmp && !icmpEquals", 
     "case .icmpIsNot: return key.transport != .icmp || !icmpEquals"),
    (FAMILY, "case .icmpIs: return key.transport == .icmp && icmpEquals", "case .icmpIs: return icmpEquals"),
    (FAMILY, "case .unreadable: return false", "case .unreadable: return true"),
    (FAMILY, "case .opaque, .icmp: return list.rangeCount == 0", "case .opaque, .icmp: return true"),
    (FAMILY, "operand >> 16 <= UInt32(port) &&", "operand >> 16 < UInt32(port) &&"),
    (FAMILY, "&& UInt32(port) <= operand & 0xffff", "&& UInt32(port) < operand & 0xffff"),
    (FAMILY, "(operand & 1 << 16 == 0 || UInt32(key.icmpCode)", "(operand & 1 << 16 != 0 || UInt32(key.icmpCode)"),
    (FAMILY, "case .protocolIn: return rules.protocolSets[Int(operand)].contains(key.proto)",
     "case .protocolIn: return true"),
    (FAMILY, "case .addressNotIn: return !sets.contains(isSource", "case .addressNotIn: return !sets.contains(!isSource"),
    (FREEZER, "guard rule.match.families.contains(family), let conditions",
     "guard !rule.match.families.isEmpty, let conditions"),
    (FREEZER, "case .pass: .jump", "case .pass: .log"),
    (FREEZER, "case .log: .log", "case .log: .accept"),
    (FREEZER, "endingWith: tier.endOfTierDrop)", "endingWith: nil)"),
    (FREEZER, "        if let drop { appendEnd(.drop, site: drop.value) }\n        let end = UInt32(result.rules.count)",
     "        let end = UInt32(result.rules.count)\n        if let drop { appendEnd(.drop, site: drop.value) }"),
    (FREEZER, "case .undecided: appendEnd(.leave, site: 0)", "case .undecided: appendEnd(.drop, site: 0)"),
    (FREEZER, "for set in side.notInSets where !sets.isEmpty(set)", "for set in side.notInSets where sets.isEmpty(set)"),
    (FREEZER, "negated ? .portNotIn : .portIn", "negated ? .portIn : .portNotIn"),
    (FREEZER, "[(match.destination, .destination), (match.source, .source)]",
     "[(match.destination, .source), (match.source, .destination)]"),
    (FREEZER, "if let ports = side.notPorts { list.append(portCondition(ports, name, negated: true)) }",
     "if let ports = side.notPorts { list.append(portCondition(ports, name, negated: false)) }"),
    (FROZEN_SETS, "if firsts[low + half] <= address", "if firsts[low + half] < address"),
    (FROZEN_SETS, "address <= lasts[low - 1]", "address < lasts[low - 1]"),
    (FROZEN_SETS, "Key(address: address, proto: proto, port: port), entry)", "Key(address: address, proto: 6, port: port), entry)"),
    (FROZEN_SETS, "lasts[lasts.count - 1] = number(block.last)", "lasts[lasts.count - 1] = number(block.first)"),
    (JUDGE, "guard !way.isAccepted, let host = way.node.hosts.endpoint(of: way.visit.from) else { return true }",
     "guard let host = way.node.hosts.endpoint(of: way.visit.from) else { return true }"),
    (JUDGE, "if !way.isAccepted, let host = way.node.hosts.endpoint(of: way.visit.from) {",
     "if let host = way.node.hosts.endpoint(of: way.visit.from) {"),
    (JUDGE, "let isKnown = way.node.knownHosts.contains(way.key.source)",
     "let isKnown = way.node.knownHosts.contains(way.key.destination)"),
    (HOOKS, "guard !way.isAccepted, !way.state.bypassesPolicy else { return true }",
     "guard !way.isAccepted else { return true }"),
    (HOOKS, "direction, replies: true)", "direction, replies: false)"),
    (HOOKS, ".ingress, replies: false)", ".ingress, replies: true)"),
    (HOOKS, "if stage == .normal, way.node.failsafes", "if way.node.failsafes"),
    (HOOKS, ", hostEndpoints[own.value].preDNAT != nil { return own }", " { return own }"),
    (HOOKS, "            way.isAccepted = true\n            way.judgement.isUntracked = true",
     "            way.judgement.isUntracked = true"),
    (HOOKS, ".egress, .untracked, accepts: false)", ".egress, .untracked, accepts: true)"),
    (HOOKS, "way.key = key.untranslated(way.visit.translation)", "way.key = key"),
    (WAY, "guard state == .invalid, node.dropsInvalid else", "guard state == .invalid else"),
    (WAY, "Int32(key.destinationPort) == node.refusedVXLANPort", "Int32(key.sourcePort) == node.refusedVXLANPort"),
    (WAY, "if key.proto == .ipip, node.refusesIPIP {", "if key.proto == .ipip, !node.refusesIPIP {"),
    (WAY, "case 130, 131, 132, 133, 135, 136: return true", "case 130, 131, 132, 133, 135: return true"),
    (WAY, "            isFinal = true\n", ""),
]
NFTABLES = []

MUTANTS = COMPILER + MATCHER + NFTABLES
