public import NftablesRuleset

extension NftBatch {
    /// Replaces the table by this one, whatever it held, or creates it.
    ///
    /// `NEWTABLE, DELTABLE, NEWTABLE`: the first makes sure that there is something to delete.
    /// - Parameter generation: When given, nothing happens unless the kernel's ruleset still has this generation.
    /// - Throws: `ENOMEM` only.
    public init(replacing table: NftTable, ifGeneration generation: UInt32? = nil) throws(KernelError) {
        var writer = BatchWriter(operation: "load the rules", generation: generation)
        try writer.addTable(table.name)
        try writer.deleteTable(table.name)
        try writer.addTable(table.name, comment: table.commentText)
        for chain in table.chains { try writer.addChain(chain, table: table.name) }
        for (index, set) in table.sets.enumerated() {
            try writer.addSet(set, id: UInt32(index + 1), table: table.name)
            try writer.addElements(of: set, table: table.name)
        }
        for chain in table.chains { try writer.addRules(of: chain, table: table.name) }
        self = writer.finish()
    }

    /// Removes the table with everything in it; the kernel answers `ENOENT` when there is none.
    public init(deletingTableNamed name: String) throws(KernelError) {
        var writer = BatchWriter(operation: "delete the rules", generation: nil)
        try writer.deleteTable(name)
        self = writer.finish()
    }
}
