import Classification

/// The sets of a tree under construction: each content once, each under a name of its own.
struct SetTable {
    private(set) var sets: [IPSet] = []
    private var byName: [String: IPSetID] = [:]

    /// The set with these members; its meanings are those of everyone who asked for it.
    mutating func intern(_ set: IPSet) -> IPSetID {
        var candidate = set
        // Names are hashes of the content: a second round is for members that collide.
        for number in 2... {
            guard let id = byName[candidate.name] else { break }
            if sets[id.value].members == set.members {
                merge(set, into: id)
                return id
            }
            candidate = set.named("\(set.name)-\(number)")
        }
        let id = IPSetID(sets.count)
        sets.append(candidate)
        byName[candidate.name] = id
        return id
    }

    private mutating func merge(_ set: IPSet, into id: IPSetID) {
        sets[id.value].isDynamic = sets[id.value].isDynamic || set.isDynamic
        for meaning in set.meanings where !sets[id.value].meanings.contains(meaning) {
            sets[id.value].meanings = (sets[id.value].meanings + [meaning]).sorted()
        }
    }
}
