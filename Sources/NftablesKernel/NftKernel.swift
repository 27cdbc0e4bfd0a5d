import CNftnl
import Glibc
public import NftablesRuleset

/// The nf_tables of one network namespace: the one in which the calling thread was when this value was made.
///
/// Only the table that is named is ever changed, whole, in one transaction: after a failure the kernel holds what it
/// held before.
public struct NftKernel: ~Copyable {
    let socket: NetlinkSocket

    /// - Throws: When the kernel gives no netlink socket.
    public init() throws(KernelError) { socket = try NetlinkSocket() }

    /// Works in the namespace in which the socket (`AF_NETLINK`, `NETLINK_NETFILTER`) was opened; takes it over.
    public init(adopting fileDescriptor: Int32) throws(KernelError) {
        socket = try NetlinkSocket(adopting: fileDescriptor)
    }

    /// Replaces the table of that name by this one, or creates it.
    ///
    /// - Parameter generation: When given, fails with `ERESTART` unless the ruleset still has this generation.
    public func apply(_ table: NftTable, ifGeneration generation: UInt32? = nil) throws(KernelError) {
        let batch = try NftBatch(replacing: table, ifGeneration: generation)
        try commit(batch, table: table.name)
    }

    /// Sends a transaction made by `NftBatch(replacing:)`.
    ///
    /// - Parameter table: The name of the table that it replaces.
    public func commit(_ batch: NftBatch, table: String) throws(KernelError) {
        // The handle tells, should answers be lost, whether ours is the table that is there now. Not being allowed
        // to look does not matter here: the transaction will say so.
        let before = try? tableHandle(table)
        let outcome = try socket.send(batch)
        if let error = outcome.error { throw error }
        if outcome.isCommitted { return }
        let after = try tableHandle(table)
        guard outcome.isUncertain, after != nil, after != before else {
            throw KernelError(batch.operation, code: outcome.isUncertain ? ENOBUFS : EAGAIN)
        }
    }

    /// Removes the table and everything in it.
    ///
    /// - Returns: False when there was none.
    public func delete(tableNamed name: String = NftTable.defaultName) throws(KernelError) -> Bool {
        let outcome = try socket.send(NftBatch(deletingTableNamed: name))
        if let error = outcome.error {
            guard error.code == ENOENT else { throw error }
            return false
        }
        guard outcome.isCommitted else { throw KernelError("delete the rules", code: EAGAIN) }
        return true
    }

    /// Number of the namespace's ruleset: it changes with every transaction of anybody.
    public func generation() throws(KernelError) -> UInt32 {
        let generation = try unsafe socket.get(NFT_MSG_GETGEN, family: NftMessage.unspecified) { message -> UInt32? in
            guard let object = unsafe nftnl_gen_alloc() else { return nil }
            defer { unsafe nftnl_gen_free(object) }
            guard unsafe nftnl_gen_nlmsg_parse(message, object) == 0 else { return nil }
            return unsafe nftnl_gen_get_u32(object, u16(NFTNL_GEN_ID))
        }
        guard let generation else { throw KernelError(NetlinkSocket.reading, code: EBADMSG) }
        return generation
    }

    private func tableHandle(_ name: String) throws(KernelError) -> UInt64? { try table(named: name)?.handle }

    func table(named name: String) throws(KernelError) -> Readers.Table? {
        // A name that cannot exist would only be refused: the kernel takes 255 bytes.
        guard name.utf8.count <= 255 else { return nil }
        return try unsafe socket.get(NFT_MSG_GETTABLE) { message in
            unsafe mnl_attr_put_strz(message, UInt16(NFTA_TABLE_NAME.rawValue), name)
        } parse: {
            unsafe Readers.table($0)
        }
    }
}
