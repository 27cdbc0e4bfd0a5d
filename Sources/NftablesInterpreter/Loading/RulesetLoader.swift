import CNftnl
import NetTypes

/// Puts the messages of a batch or dump together: names become indices, nothing refers to libnftnl afterwards.
struct RulesetLoader {
    private(set) var chains: [Ruleset.Chain] = []
    private(set) var rules: [Ruleset.Rule] = []
    private(set) var sets: [ElementSet] = []
    /// Base chains of tables that are switched off (NFT_TABLE_F_DORMANT).
    private(set) var dormantChains: Set<Int> = []

    private var chainIndices: [ChainKey: Int] = [:]
    private var drafts = SetDrafts()

    private struct ChainKey: Hashable {
        let family: UInt8
        let table: String
        let name: String
    }

    mutating func load(_ streams: [[UInt8]]) throws(RulesetError) {
        var messages: [NftMessage] = []
        for stream in streams { messages += try NftMessage.messages(in: stream) }
        let standing = try Self.standing(messages)
        var dormantTables: Set<TableKey> = []
        for message in standing {
            switch message.kind {
            case NFT_MSG_NEWTABLE.rawValue:
                let flags = try NftnlTable(message).u32(UInt16(NFTNL_TABLE_FLAGS.rawValue)) ?? 0
                if flags & UInt32(NFT_TABLE_F_DORMANT.rawValue) != 0 { dormantTables.insert(TableKey(message)) }
            case NFT_MSG_NEWCHAIN.rawValue: try addChain(message)
            case NFT_MSG_NEWSET.rawValue: try drafts.declare(message)
            default: continue
            }
        }
        for message in standing where message.kind == NFT_MSG_NEWSETELEM.rawValue {
            try addElements(message)
        }
        sets = drafts.finished()
        for message in standing where message.kind == NFT_MSG_NEWRULE.rawValue {
            try addRule(message)
        }
        dormantChains = Set(
            chains.indices.filter {
                dormantTables.contains(TableKey(family: Self.familyNumber(chains[$0].family), table: chains[$0].table))
            })
    }

    private struct TableKey: Hashable {
        let family: UInt8
        let table: String

        init(family: UInt8, table: String) {
            self.family = family
            self.table = table
        }

        init(_ message: NftMessage) { self.init(family: message.family, table: message.tableName) }
    }

    /// What is left when deleted tables are gone, of the families that matter.
    private static func standing(_ messages: [NftMessage]) throws(RulesetError) -> [NftMessage] {
        var standing: [NftMessage] = []
        for message in messages {
            switch message.kind {
            case NFT_MSG_NEWTABLE.rawValue, NFT_MSG_NEWCHAIN.rawValue, NFT_MSG_NEWSET.rawValue,
                NFT_MSG_NEWSETELEM.rawValue, NFT_MSG_NEWRULE.rawValue:
                if try isSeenByIPHooks(message) {
                    try MessageCheck.check(message)
                    standing.append(message)
                }
            case NFT_MSG_DELTABLE.rawValue:
                let deleted = TableKey(message)
                standing.removeAll { TableKey($0) == deleted }
            case NFT_MSG_NEWGEN.rawValue, NFT_MSG_NEWOBJ.rawValue, NFT_MSG_NEWFLOWTABLE.rawValue:
                // A generation number; objects and flowtables, which only refused expressions act on.
                continue
            case let kind:
                throw .unsupported("nf_tables message \(kind)", at: "table \(message.tableName)")
            }
        }
        return standing
    }

    private static func isSeenByIPHooks(_ message: NftMessage) throws(RulesetError) -> Bool {
        switch Int(message.family) {
        case NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET: return true
        case NFPROTO_ARP, NFPROTO_BRIDGE: return false
        default: throw .unsupported("family \(message.family)", at: "table \(message.tableName)")
        }
    }

    private static func familyName(_ number: UInt8) -> String {
        Int(number) == NFPROTO_INET ? "inet" : Int(number) == NFPROTO_IPV4 ? "ip" : "ip6"
    }

    private static func familyNumber(_ name: String) -> UInt8 {
        UInt8(name == "inet" ? NFPROTO_INET : name == "ip" ? NFPROTO_IPV4 : NFPROTO_IPV6)
    }

    private mutating func addChain(_ message: NftMessage) throws(RulesetError) {
        let table = message.tableName
        let place = "\(Self.familyName(message.family)) \(table)"
        let chain = try NftnlChain(message)
        guard let name = chain.text(UInt16(NFTNL_CHAIN_NAME.rawValue)) else {
            throw .unsupported("a chain without a name", at: place)
        }
        let key = ChainKey(family: message.family, table: table, name: name)
        guard chainIndices[key] == nil else {
            throw .unsupported("a second message about a chain", at: "\(place) \(name)")
        }
        chainIndices[key] = chains.count
        chains.append(
            Ruleset.Chain(
                family: Self.familyName(message.family), table: table, name: name,
                base: try Self.base(chain, at: "\(place) \(name)")))
    }

    private static func base(
        _ chain: borrowing NftnlChain, at place: String
    ) throws(RulesetError) -> Ruleset.BaseChain? {
        guard let number = chain.u32(UInt16(NFTNL_CHAIN_HOOKNUM.rawValue)) else { return nil }
        guard let hook = Hook(rawValue: number) else { throw .unsupported("hook \(number)", at: place) }
        let policy = chain.u32(UInt16(NFTNL_CHAIN_POLICY.rawValue)) ?? UInt32(NF_ACCEPT)
        return Ruleset.BaseChain(
            hook: hook,
            priority: Int32(bitPattern: chain.u32(UInt16(NFTNL_CHAIN_PRIO.rawValue)) ?? 0),
            policy: policy == UInt32(NF_DROP) ? .drop : .accept,
            isNat: chain.text(UInt16(NFTNL_CHAIN_TYPE.rawValue)) == "nat")
    }

    private mutating func addElements(_ message: NftMessage) throws(RulesetError) {
        let (family, table) = (message.family, message.tableName)
        let indices = chainIndices
        try drafts.addElements(message) { (code, chain, place) throws(RulesetError) in
            try Self.verdict(code, chain, at: place) { indices[ChainKey(family: family, table: table, name: $0)] }
        }
    }

    private mutating func addRule(_ message: NftMessage) throws(RulesetError) {
        let (family, table) = (message.family, message.tableName)
        let rule = try NftnlRule(message)
        let name = rule.text(UInt16(NFTNL_RULE_CHAIN.rawValue)) ?? ""
        let chainPlace = "\(Self.familyName(family)) \(table) \(name)"
        guard let chain = chainIndices[ChainKey(family: family, table: table, name: name)] else {
            throw .missing("the chain", at: chainPlace)
        }
        let place = "\(chainPlace) rule \(chains[chain].rules.count)"
        let isDump = message.has(NLM_F_MULTI)
        let hasPosition =
            rule.data(UInt16(NFTNL_RULE_POSITION.rawValue)) != nil
            || rule.data(UInt16(NFTNL_RULE_POSITION_ID.rawValue)) != nil
        guard isDump || (!message.has(NLM_F_REPLACE) && !hasPosition) else {
            throw .unsupported("placing a rule relative to another", at: place)
        }
        let (indices, drafts) = (chainIndices, drafts)
        let scope = ExpressionScope(
            place: place,
            set: { (name, id) throws(RulesetError) in
                try drafts.index(family: family, table: table, name: name, id: id, at: place)
            },
            verdict: { (code, chain) throws(RulesetError) in
                try Self.verdict(code, chain, at: place) { indices[ChainKey(family: family, table: table, name: $0)] }
            },
            shape: { drafts.shape($0) })
        var expressions: [Expression] = []
        try rule.forEachExpression { (expression) throws(RulesetError) in
            expressions.append(try Expression(expression, scope))
        }
        let appends = isDump || message.has(NLM_F_APPEND)
        let at = appends ? chains[chain].rules.count : 0
        for later in chains[chain].rules[at...] { rules[later].position += 1 }
        chains[chain].rules.insert(rules.count, at: at)
        rules.append(
            Ruleset.Rule(
                chain: chain, position: at, handle: rule.u64(UInt16(NFTNL_RULE_HANDLE.rawValue)),
                comment: rule.data(UInt16(NFTNL_RULE_USERDATA.rawValue)).flatMap(Self.comment),
                expressions: expressions))
    }

    /// Userdata is a list of (type, length, value), one byte each for the first two; type 0 is the comment.
    private static func comment(_ userdata: [UInt8]) -> String? {
        var rest = userdata[...]
        while rest.count >= 2 {
            let (type, length) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]))
            if type == UInt8(NFTNL_UDATA_RULE_COMMENT.rawValue) {
                return RawAttributes.text(rest.dropFirst(2).prefix(length))
            }
            rest = rest.dropFirst(2 + length)
        }
        return nil
    }

    /// - Parameter index: of a chain of the same table.
    private static func verdict(
        _ code: UInt32, _ chain: String?, at place: String, index: (String) -> Int?
    ) throws(RulesetError) -> RuleVerdict {
        func target() throws(RulesetError) -> Int {
            guard let chain, let found = index(chain) else { throw .missing("chain '\(chain ?? "")'", at: place) }
            return found
        }
        switch Int32(bitPattern: code) {
        case NF_DROP: return .drop
        case NF_ACCEPT: return .accept
        case NFT_CONTINUE.rawValue: return .goOn
        case NFT_JUMP.rawValue: return .jump(try target())
        case NFT_GOTO.rawValue: return .goto(try target())
        case NFT_RETURN.rawValue: return .return
        case let other: throw .unsupported("verdict \(other)", at: place)
        }
    }
}
