import CLinuxShims

/// Writes the few nf_tables messages that the observer needs, for the family `inet`. Policy rulesets come from
/// elsewhere, as bytes: this shares no code with their encoder, which is what the harness checks.
struct NftBatch {
    private(set) var bytes: [UInt8] = []
    private let nextSequence: () -> UInt32

    init(nextSequence: @escaping () -> UInt32) { self.nextSequence = nextSequence }

    mutating func begin() { mark(NFNL_MSG_BATCH_BEGIN) }

    mutating func end() { mark(NFNL_MSG_BATCH_END) }

    mutating func newTable(_ name: String) {
        add(NFT_MSG_NEWTABLE) { $0.append(UInt16(NFTA_TABLE_NAME.rawValue), text: name) }
    }

    mutating func deleteTable(_ name: String) {
        add(NFT_MSG_DELTABLE) { $0.append(UInt16(NFTA_TABLE_NAME.rawValue), text: name) }
    }

    mutating func baseChain(_ table: String, _ name: String, hook: nf_inet_hooks, priority: Int32) {
        add(NFT_MSG_NEWCHAIN) { message in
            message.append(UInt16(NFTA_CHAIN_TABLE.rawValue), text: table)
            message.append(UInt16(NFTA_CHAIN_NAME.rawValue), text: name)
            message.append(UInt16(NFTA_CHAIN_TYPE.rawValue), text: "filter")
            message.append(UInt16(NFTA_CHAIN_HOOK.rawValue)) {
                $0.append(UInt16(NFTA_HOOK_HOOKNUM.rawValue), hook.rawValue.networkOrder)
                $0.append(UInt16(NFTA_HOOK_PRIORITY.rawValue), priority.networkOrder)
            }
        }
    }

    mutating func rule(_ table: String, _ chain: String, _ fill: (inout NftRuleWriter) -> Void) {
        add(NFT_MSG_NEWRULE, flags: NLM_F_APPEND) { message in
            message.append(UInt16(NFTA_RULE_TABLE.rawValue), text: table)
            message.append(UInt16(NFTA_RULE_CHAIN.rawValue), text: chain)
            message.append(UInt16(NFTA_RULE_EXPRESSIONS.rawValue)) { list in
                var writer = NftRuleWriter(message: list)
                fill(&writer)
                list = writer.message
            }
        }
    }

    private mutating func add(
        _ type: nf_tables_msg_types, flags: Int32 = 0, _ fill: (inout NetlinkMessage) -> Void
    ) {
        var message = NetlinkMessage(
            subsystem: NFNL_SUBSYS_NFTABLES, type: type.rawValue,
            flags: NLM_F_REQUEST | flags | (type == NFT_MSG_DELTABLE ? 0 : NLM_F_CREATE), sequence: nextSequence(),
            family: UInt8(NFPROTO_INET))
        fill(&message)
        bytes += message.bytes
    }

    private mutating func mark(_ type: Int32) {
        bytes +=
            NetlinkMessage(
                subsystem: 0, type: UInt32(type), flags: NLM_F_REQUEST, sequence: nextSequence(),
                resource: UInt16(NFNL_SUBSYS_NFTABLES)
            ).bytes
    }
}

/// Appends expressions to the list of one rule. Register 1 carries every value.
struct NftRuleWriter {
    fileprivate(set) var message: NetlinkMessage

    mutating func loadMeta(_ key: nft_meta_keys) {
        expression("meta") {
            $0.append(UInt16(NFTA_META_KEY.rawValue), key.rawValue.networkOrder)
            $0.append(UInt16(NFTA_META_DREG.rawValue), NFT_REG_1.rawValue.networkOrder)
        }
    }

    /// - Parameter value: as it stands in the register.
    mutating func compare(_ operation: nft_cmp_ops, _ value: [UInt8]) {
        expression("cmp") {
            $0.append(UInt16(NFTA_CMP_SREG.rawValue), NFT_REG_1.rawValue.networkOrder)
            $0.append(UInt16(NFTA_CMP_OP.rawValue), operation.rawValue.networkOrder)
            $0.append(UInt16(NFTA_CMP_DATA.rawValue)) { $0.append(UInt16(NFTA_DATA_VALUE.rawValue), value) }
        }
    }

    mutating func setMark(_ mark: UInt32) {
        expression("immediate") {
            $0.append(UInt16(NFTA_IMMEDIATE_DREG.rawValue), NFT_REG_1.rawValue.networkOrder)
            $0.append(UInt16(NFTA_IMMEDIATE_DATA.rawValue)) {
                $0.append(UInt16(NFTA_DATA_VALUE.rawValue), mark.hostOrder)
            }
        }
        expression("meta") {
            $0.append(UInt16(NFTA_META_KEY.rawValue), NFT_META_MARK.rawValue.networkOrder)
            $0.append(UInt16(NFTA_META_SREG.rawValue), NFT_REG_1.rawValue.networkOrder)
        }
    }

    /// Copies the packet to the log.
    ///
    /// - Parameter flushAfter: packets after which the kernel passes its collection on; `nil`: when its buffer is full.
    mutating func log(group: UInt16, copiedBytes: UInt32, flushAfter: UInt16?) {
        expression("log") {
            $0.append(UInt16(NFTA_LOG_GROUP.rawValue), group.networkOrder)
            $0.append(UInt16(NFTA_LOG_SNAPLEN.rawValue), copiedBytes.networkOrder)
            if let flushAfter { $0.append(UInt16(NFTA_LOG_QTHRESHOLD.rawValue), flushAfter.networkOrder) }
        }
    }

    /// Exempts the packet from connection tracking; ahead of priority -200 only.
    mutating func noTrack() {
        expression("notrack") { _ in }
    }

    mutating func verdict(_ code: UInt32) {
        expression("immediate") {
            $0.append(UInt16(NFTA_IMMEDIATE_DREG.rawValue), NFT_REG_VERDICT.rawValue.networkOrder)
            $0.append(UInt16(NFTA_IMMEDIATE_DATA.rawValue)) {
                $0.append(UInt16(NFTA_DATA_VERDICT.rawValue)) {
                    $0.append(UInt16(NFTA_VERDICT_CODE.rawValue), code.networkOrder)
                }
            }
        }
    }

    private mutating func expression(_ name: String, _ fill: (inout NetlinkMessage) -> Void) {
        message.append(UInt16(NFTA_LIST_ELEM.rawValue)) { element in
            element.append(UInt16(NFTA_EXPR_NAME.rawValue), text: name)
            element.append(UInt16(NFTA_EXPR_DATA.rawValue), nested: fill)
        }
    }
}
