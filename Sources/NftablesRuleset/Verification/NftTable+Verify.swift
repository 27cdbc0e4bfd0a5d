extension NftTable {
    /// What is wrong with the table, one sentence each; empty when the kernel and nft will take it.
    ///
    /// Checked: names legal and unique, every chain and set that is named exists and has the right key, jumps end and
    /// nest no deeper than the kernel allows, base chains are not jumped to, elements ascend without overlap, comments fit.
    public func verify() -> [String] {
        nameViolations + referenceViolations + JumpGraph(self).violations + sets.flatMap(\.elementViolations)
    }

    private var nameViolations: [String] {
        let kinds = [("chain", chains.map(\.name)), ("set", sets.map(\.name)), ("table", [name])]
        return kinds.flatMap { kind, names in
            var seen: Set<String> = []
            return names.flatMap { name in
                (seen.insert(name).inserted ? [] : ["\(kind) \(name) exists twice"])
                    + (NftTable.isLegal(name) ? [] : ["\(kind) name \(name) is not legal"])
            }
        }
    }

    /// `NFT_NAME_MAXLEN` and nft's grammar.
    private static func isLegal(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else { return false }
        return name.utf8.count <= 255 && name.utf8.allSatisfy(ChainNames.isLegal)
    }

    private var referenceViolations: [String] {
        let keys = Dictionary(sets.map { ($0.name, $0) }) { first, _ in first }
        return chains.flatMap { chain in
            chain.rules.enumerated().flatMap { index, rule in
                rule.statements.flatMap { statement in
                    statement.violations(sets: keys).map { "chain \(chain.name), rule \(index): \($0)" }
                }
            }
        }
    }
}

extension NftStatement {
    fileprivate func violations(sets: [String: NftSet]) -> [String] {
        let fields: [NftField]
        let name: String
        switch self {
        case .match(.lookup(let keys, _, let set)): (fields, name) = (keys, set)
        case .verdictMap(let field, let map): (fields, name) = ([field], map)
        default: return []
        }
        guard let set = sets[name] else { return ["no set \(name)"] }
        var problems: [String] = []
        if set.keyTypes != fields.map(\.keyType) { problems.append("the key of set \(name) is of another type") }
        if case .verdictMap = self, !set.isVerdictMap { problems.append("\(name) is not a verdict map") }
        if case .match = self, set.isVerdictMap { problems.append("\(name) is a verdict map") }
        return problems
    }
}

extension NftSet {
    /// Keys ascend; a range ends before the next one starts, at the latest where that one does.
    fileprivate var elementViolations: [String] {
        let elements = kernelElements
        let isOrdered = zip(elements, elements.dropFirst()).allSatisfy { a, b in
            let touches = a.key == b.key && a.isIntervalEnd && !b.isIntervalEnd
            let follows = a.key.lexicographicallyPrecedes(b.key) && (!isInterval || a.isIntervalEnd != b.isIntervalEnd)
            return touches || follows
        }
        let length = NftKeyType.length(ofConcatenation: keyTypes)
        return (isOrdered ? [] : ["set \(name): elements overlap or are out of order"])
            + (elements.allSatisfy { $0.key.count == length } ? [] : ["set \(name): a key is not \(length) bytes"])
    }
}
