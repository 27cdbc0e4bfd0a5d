import CLinuxShims

/// The nf_tables table by which verdicts are seen: it copies to a packet log whatever reaches the end of its path.
///
///     chain arrivals    prerouting, first:  packets of the sentinel device: log at once, drop
///     chain own         output, first:      drop unless it carries the harness's mark; clear the mark
///     chain delivered   input, last:        log, and drop unless connections are kept
///     chain sent        postrouting, last:  log, and drop unless connections are kept
///
/// A packet of the node to itself goes out by the loopback device and comes in again: it is seen where it is delivered.
///
/// "Last" is before conntrack confirms (priority INT_MAX): a packet dropped there leaves no connection behind, so the
/// next one meets an empty table; only one that leaves by the loopback device is confirmed. `own` silences the node itself: resets, ICMP errors, router solicitations.
struct ObserverTable {
    static let name = "dataplane-observer"
    /// NFLOG group; the namespace is ours alone.
    static let logGroup: UInt16 = 1
    /// Marks packets that `LocalSender` sent, until they reach the first chain.
    static let senderMark: UInt32 = 0x0da7_a91a
    static let sentinelDevice = "dp-sentinel"

    private static let firstPriority: Int32 = -1000
    private static let lastPriority: Int32 = 2_147_483_000
    /// Enough for the IP header; the tag is in its first 6 bytes.
    private static let copiedBytes: UInt32 = 80

    /// What connection tracking makes of the observed packets.
    enum Tracking {
        /// Each meets an empty connection table: those that reach the end are dropped there.
        case forgets
        /// Those that reach the end go on and are confirmed as connections.
        case keeps
        /// None is tracked: policy sees every packet, whatever connections such a packet could belong to.
        case off
    }

    /// A batch that puts the table in place, or replaces it, at once.
    static func batch(_ tracking: Tracking, sequence nextSequence: @escaping () -> UInt32) -> [UInt8] {
        let end: UInt32? = tracking == .keeps ? nil : UInt32(NF_DROP)
        var batch = NftBatch(nextSequence: nextSequence)
        batch.begin()
        // A table must exist to be deleted: made if missing, deleted with its content, made anew.
        batch.newTable(name)
        batch.deleteTable(name)
        batch.newTable(name)
        batch.baseChain(name, "arrivals", hook: NF_INET_PRE_ROUTING, priority: firstPriority)
        batch.baseChain(name, "own", hook: NF_INET_LOCAL_OUT, priority: firstPriority)
        batch.baseChain(name, "delivered", hook: NF_INET_LOCAL_IN, priority: lastPriority)
        batch.baseChain(name, "sent", hook: NF_INET_POST_ROUTING, priority: lastPriority)
        batch.rule(name, "arrivals") { rule in
            rule.loadMeta(NFT_META_IIFNAME)
            rule.compare(NFT_CMP_EQ, sentinelDevice.utf8 + [0])
            rule.log(group: logGroup, copiedBytes: copiedBytes, flushAfter: 1)
            rule.verdict(UInt32(NF_DROP))
        }
        batch.rule(name, "own") { rule in
            rule.loadMeta(NFT_META_MARK)
            rule.compare(NFT_CMP_NEQ, senderMark.hostOrder)
            rule.verdict(UInt32(NF_DROP))
        }
        batch.rule(name, "own") { rule in
            rule.setMark(0)
        }
        if tracking == .off {
            for chain in ["arrivals", "own"] { batch.rule(name, chain) { $0.noTrack() } }
        }
        for chain in ["delivered", "sent"] {
            batch.rule(name, chain) { rule in
                if chain == "sent" {
                    rule.loadMeta(NFT_META_OIFNAME)
                    rule.compare(NFT_CMP_NEQ, "lo".utf8 + [0])
                }
                rule.log(group: logGroup, copiedBytes: copiedBytes, flushAfter: nil)
                if let end { rule.verdict(end) }
            }
        }
        batch.end()
        return batch.bytes
    }
}
