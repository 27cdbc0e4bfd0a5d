import CLinuxShims

/// A rule's counter as the kernel has it.
public struct RuleCounter: Hashable, Sendable {
    public var table: String
    public var chain: String
    public var handle: UInt64
    /// The rule's comment, if it has one.
    public var comment: String?
    public var packets: UInt64
    public var bytes: UInt64
}

extension KernelNode {
    /// The whole ruleset of the node's namespace as netlink messages: tables, chains, sets, elements, rules, in that
    /// order. The observer's own table is left out.
    public func dump() throws(KernelHarnessError) -> [[UInt8]] {
        let sets = try list(NFT_MSG_GETSET, "list sets")
        var messages = try list(NFT_MSG_GETTABLE, "list tables") + list(NFT_MSG_GETCHAIN, "list chains") + sets
        for set in sets { messages += try elements(ofSet: set) }
        messages += try list(NFT_MSG_GETRULE, "list rules")
        return messages.filter { tableName(of: $0) != ObserverTable.name }
    }

    /// The counters of all rules that have one, in the order of tables, chains and rules.
    public func counters() throws(KernelHarnessError) -> [RuleCounter] {
        try list(NFT_MSG_GETRULE, "list rules").compactMap(RuleCounter.init)
            .filter { $0.table != ObserverTable.name }
    }

    private func list(_ type: nf_tables_msg_types, _ operation: String) throws(KernelHarnessError) -> [[UInt8]] {
        try netfilter.dump(operation) { sequence in
            NetlinkMessage(
                subsystem: NFNL_SUBSYS_NFTABLES, type: type.rawValue, flags: NLM_F_REQUEST | NLM_F_DUMP,
                sequence: sequence)
        }
    }

    private func elements(ofSet set: [UInt8]) throws(KernelHarnessError) -> [[UInt8]] {
        let attributes = NetlinkAttributes(set.dropFirst(20))
        guard set.count >= 20, let table = attributes.text(UInt16(NFTA_SET_TABLE.rawValue)),
            let name = attributes.text(UInt16(NFTA_SET_NAME.rawValue))
        else { return [] }
        return try netfilter.dump("list elements of set \(name)") { sequence in
            // The family is the first byte behind the netlink header.
            var message = NetlinkMessage(
                subsystem: NFNL_SUBSYS_NFTABLES, type: NFT_MSG_GETSETELEM.rawValue, flags: NLM_F_REQUEST | NLM_F_DUMP,
                sequence: sequence, family: set[16])
            message.append(UInt16(NFTA_SET_ELEM_LIST_TABLE.rawValue), text: table)
            message.append(UInt16(NFTA_SET_ELEM_LIST_SET.rawValue), text: name)
            return message
        }
    }

    /// The table that any of these messages speaks of: attribute 1 in all of them.
    private func tableName(of message: [UInt8]) -> String? {
        NetlinkAttributes(message.dropFirst(20)).text(UInt16(NFTA_TABLE_NAME.rawValue))
    }
}

extension RuleCounter {
    /// From an NFT_MSG_NEWRULE; `nil` when the rule has no counter.
    init?(_ message: [UInt8]) {
        let attributes = NetlinkAttributes(message.dropFirst(20))
        guard let table = attributes.text(UInt16(NFTA_RULE_TABLE.rawValue)),
            let chain = attributes.text(UInt16(NFTA_RULE_CHAIN.rawValue)),
            let handle = attributes.first(UInt16(NFTA_RULE_HANDLE.rawValue)).flatMap({ UInt64(networkOrder: $0) }),
            let expressions = attributes.first(UInt16(NFTA_RULE_EXPRESSIONS.rawValue)),
            let counter = NetlinkAttributes(expressions).lazy.map({ NetlinkAttributes($0.value) })
                .first(where: { $0.text(UInt16(NFTA_EXPR_NAME.rawValue)) == "counter" })?
                .first(UInt16(NFTA_EXPR_DATA.rawValue)).map({ NetlinkAttributes($0) }),
            let packets = counter.first(UInt16(NFTA_COUNTER_PACKETS.rawValue)).flatMap({ UInt64(networkOrder: $0) }),
            let bytes = counter.first(UInt16(NFTA_COUNTER_BYTES.rawValue)).flatMap({ UInt64(networkOrder: $0) })
        else { return nil }
        self.init(
            table: table, chain: chain, handle: handle,
            comment: attributes.first(UInt16(NFTA_RULE_USERDATA.rawValue)).flatMap(Self.comment), packets: packets,
            bytes: bytes)
    }

    /// Userdata is a list of (type, length, value), one byte each for the first two; type 0 is the comment with its NUL
    /// (libnftnl, NFTNL_UDATA_RULE_COMMENT).
    private static func comment(_ userdata: ArraySlice<UInt8>) -> String? {
        var rest = userdata
        while rest.count >= 2 {
            let (type, length) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]))
            let value = rest.dropFirst(2).prefix(length)
            if type == 0 { return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
            rest = rest.dropFirst(2 + length)
        }
        return nil
    }
}
