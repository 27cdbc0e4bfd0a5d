extension NodeTreeBuilder {
    /// Keys of a mapping that were given before, each with the first of its name. Linear in the mapping but for small
    /// ones, where comparing all pairs is faster than hashing.
    func duplicateKeys(in mapping: UInt32) -> [(first: UInt32, repeated: UInt32)] {
        guard records[Int(mapping)].count >= 4 else { return [] }
        let keys = entries(of: mapping).map(\.key)
        return keys.count <= 12 ? comparingPairs(keys) : hashing(keys)
    }

    private func comparingPairs(_ keys: [UInt32]) -> [(first: UInt32, repeated: UInt32)] {
        var duplicates: [(first: UInt32, repeated: UInt32)] = []
        for later in keys.indices.dropFirst() {
            let record = records[Int(keys[later])]
            for earlier in 0..<later where records[Int(keys[earlier])].count == record.count {
                guard text(of: keys[earlier]).elementsEqual(text(of: keys[later])) else { continue }
                duplicates.append((keys[earlier], keys[later]))
                break
            }
        }
        return duplicates
    }

    private func hashing(_ keys: [UInt32]) -> [(first: UInt32, repeated: UInt32)] {
        var firsts: [ArraySlice<UInt8>: UInt32] = [:]
        var duplicates: [(first: UInt32, repeated: UInt32)] = []
        for key in keys {
            if let first = firsts[text(of: key)] {
                duplicates.append((first, key))
            } else {
                firsts[text(of: key)] = key
            }
        }
        return duplicates
    }
}
