import Classification

/// The sets of a tree under construction: each content once, each under a name of its own.
struct SetTable {
    private var table: [IPSet] = []
    private var byName: [String: IPSetID] = [:]
    /// Parallel to `table`.
    private var meanings: [Set<String>] = []

    /// In order of first use, each with the meanings of everyone who asked for it.
    var sets: [IPSet] {
        zip(table, meanings).map { set, meanings in
            guard meanings.count > 1 else { return set }
            var set = set
            set.meanings = meanings.sorted()
            return set
        }
    }

    /// The set with these members.
    mutating func intern(_ set: IPSet) -> IPSetID {
        var candidate = set
        // Names are hashes of the content: a second round is for members that collide.
        for number in 2... {
            guard let id = byName[candidate.name] else { break }
            if table[id.value].members == set.members {
                table[id.value].isDynamic = table[id.value].isDynamic || set.isDynamic
                meanings[id.value].formUnion(set.meanings)
                return id
            }
            candidate = set.named("\(set.name)-\(number)")
        }
        let id = IPSetID(table.count)
        table.append(candidate)
        meanings.append(Set(set.meanings))
        byName[candidate.name] = id
        return id
    }
}
