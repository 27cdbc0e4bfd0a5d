import CNftnl
import Glibc
public import NftablesRuleset

extension NftKernel {
    /// What the kernel holds of a table; `nil` when it has none.
    ///
    /// - Parameter withPrograms: Rules come with their instructions as text.
    public func status(
        tableNamed name: String = NftTable.defaultName, withPrograms: Bool = false
    ) throws(KernelError) -> TableStatus? {
        // Until nothing changes between the first and the last answer.
        for _ in 0..<NftKernel.statusAttempts {
            let generation = try generation()
            guard let table = try table(named: name) else { return nil }
            let chains = try chains(of: name, withPrograms: withPrograms)
            let sets = try sets(of: name)
            guard try self.generation() == generation else { continue }
            return TableStatus(
                name: name, handle: table.handle, generation: generation, comment: table.comment, chains: chains,
                sets: sets)
        }
        throw KernelError(NetlinkSocket.reading, code: EINTR)
    }

    private static let statusAttempts = 16

    private func chains(of table: String, withPrograms: Bool) throws(KernelError) -> [TableStatus.Chain] {
        let headers = try unsafe socket.dump(NFT_MSG_GETCHAIN) { unsafe Readers.chain($0) }
        let rules = try unsafe socket.dump(NFT_MSG_GETRULE) { message in
            unsafe mnl_attr_put_strz(message, UInt16(NFTA_RULE_TABLE.rawValue), table)
        } parse: {
            unsafe Readers.rule($0, withProgram: withPrograms)
        }
        let byChain = Dictionary(grouping: rules, by: \.chain)
        return headers.filter { $0.table == table }.map { header in
            TableStatus.Chain(
                name: header.name, hook: header.hook, priority: header.priority, comment: header.comment,
                rules: (byChain[header.name] ?? []).map(\.rule))
        }
    }

    private func sets(of table: String) throws(KernelError) -> [TableStatus.Set] {
        let headers = try unsafe socket.dump(NFT_MSG_GETSET) { message in
            unsafe mnl_attr_put_strz(message, UInt16(NFTA_SET_TABLE.rawValue), table)
        } parse: {
            unsafe Readers.set($0)
        }
        var sets: [TableStatus.Set] = []
        for header in headers {
            var set = TableStatus.Set(
                name: header.name, isMap: header.isMap, comment: header.comment,
                elementCount: header.elementCount ?? 0)
            if header.elementCount == nil { set.elementCount = try countElements(of: header.name, in: table) }
            sets.append(set)
        }
        return sets
    }

    /// Reads them all: the kernel's time grows with the square of their number.
    private func countElements(of set: String, in table: String) throws(KernelError) -> Int {
        let counts = try unsafe socket.dump(NFT_MSG_GETSETELEM) { message in
            unsafe mnl_attr_put_strz(message, UInt16(NFTA_SET_ELEM_LIST_TABLE.rawValue), table)
            unsafe mnl_attr_put_strz(message, UInt16(NFTA_SET_ELEM_LIST_SET.rawValue), set)
        } parse: {
            unsafe Readers.elementCount($0)
        }
        return counts.reduce(0, +)
    }
}
