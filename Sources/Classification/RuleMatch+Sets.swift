extension RuleMatch {
    /// Every set that it reads, as often as it does.
    public var sets: [IPSetID] { source.sets + destination.sets }

    /// The same conditions on sets of other numbers.
    public func replacingSets(_ number: (IPSetID) -> IPSetID) -> RuleMatch {
        var match = self
        match.source = source.replacingSets(number)
        match.destination = destination.replacingSets(number)
        return match
    }
}

extension SideMatch {
    /// Every set that it reads, as often as it does.
    public var sets: [IPSetID] {
        inSets + notInSets + tripleSets + (ports?.namedSets ?? []) + (notPorts?.namedSets ?? [])
    }

    fileprivate func replacingSets(_ number: (IPSetID) -> IPSetID) -> SideMatch {
        var side = self
        side.inSets = inSets.map(number)
        side.notInSets = notInSets.map(number)
        side.tripleSets = tripleSets.map(number)
        side.ports?.namedSets = ports?.namedSets.map(number) ?? []
        side.notPorts?.namedSets = notPorts?.namedSets.map(number) ?? []
        return side
    }
}
