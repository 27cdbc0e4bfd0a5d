import CLinuxShims
import Glibc

extension KernelNode {
    /// Puts each packet before the kernel with an empty connection table: none is an answer to another.
    ///
    /// Fragments of one datagram belong next to each other in `packets`; each gets the verdict of the whole.
    /// - Returns: one observation per packet, in order.
    public func observe(_ packets: [Injection]) throws(KernelHarnessError) -> [Observation] {
        if observerTracking != .forgets {
            try setObserver(.forgets)
            try forgetConnections()
        }
        var observations: [Observation] = []
        var rest = packets[...]
        while !rest.isEmpty {
            let end = try endOfRun(rest)
            observations += try observeInBursts(Array(rest[..<end]))
            // What the node sends to itself is confirmed on its way out.
            if rest[end - 1].origin == .local { try forgetConnections() }
            rest = rest[end...]
        }
        return observations
    }

    /// Behind the first datagram of the node itself.
    private func endOfRun(_ packets: ArraySlice<Injection>) throws(KernelHarnessError) -> Int {
        guard let local = packets.firstIndex(where: { $0.origin == .local }) else { return packets.endIndex }
        var end = local + 1
        while end < packets.endIndex, try continuesDatagram(packets, at: end) { end += 1 }
        return end
    }

    /// Puts each packet before the kernel without connection tracking: state `untracked`, whatever it is.
    /// - Returns: one observation per packet, in order.
    public func observeUntracked(_ packets: [Injection]) throws(KernelHarnessError) -> [Observation] {
        if observerTracking != .off { try setObserver(.off) }
        return try observeInBursts(packets)
    }

    /// Puts conversations before the kernel: within one, packets meet the connections that the earlier ones made; each
    /// starts with an empty table.
    public func observe(conversations: [[Injection]]) throws(KernelHarnessError) -> [[Observation]] {
        try conversations.map { (packets) throws(KernelHarnessError) in
            try forgetConnections()
            return try observe(continuing: packets)
        }
    }

    /// Puts packets before the kernel that meet the connections of the conversation before, under whatever rules were
    /// loaded since.
    /// - Returns: one observation per packet, in order.
    public func observe(continuing packets: [Injection]) throws(KernelHarnessError) -> [Observation] {
        if observerTracking != .keeps { try setObserver(.keeps) }
        return try observeInBursts(packets)
    }

    /// Deletes every entry of the connection table.
    public func forgetConnections() throws(KernelHarnessError) {
        let message = NetlinkMessage(
            subsystem: NFNL_SUBSYS_CTNETLINK, type: IPCTNL_MSG_CT_DELETE.rawValue, flags: NLM_F_REQUEST | NLM_F_ACK,
            sequence: netfilter.nextSequence())
        try netfilter.request(message, operation: "flush the connection table")
    }

    /// Packets per sentinel. The log collects about 800 copies per datagram, and fragments must not be parted.
    private static let burstLength = 512

    private func observeInBursts(_ packets: [Injection]) throws(KernelHarnessError) -> [Observation] {
        var observations: [Observation] = []
        observations.reserveCapacity(packets.count)
        var rest = packets[...]
        while !rest.isEmpty {
            var end = rest.index(rest.startIndex, offsetBy: Self.burstLength, limitedBy: rest.endIndex) ?? rest.endIndex
            while end < rest.endIndex, try continuesDatagram(rest, at: end) { end += 1 }
            observations += try observeBurst(rest[..<end])
            rest = rest[end...]
        }
        return observations
    }

    private func continuesDatagram(
        _ packets: ArraySlice<Injection>, at index: Int
    ) throws(KernelHarnessError) -> Bool {
        guard PacketTag(of: packets[index].packet[...]) != nil, PacketTag(of: packets[index - 1].packet[...]) != nil
        else { throw .notAPacket(index: index) }
        guard let group = FragmentGroup(of: packets[index].packet) else { return false }
        return group == FragmentGroup(of: packets[index - 1].packet)
    }

    /// Tags, injects, sends the sentinel, and reads the log up to it.
    private func observeBurst(_ packets: ArraySlice<Injection>) throws(KernelHarnessError) -> [Observation] {
        var observations = Array(repeating: Observation(), count: packets.count)
        var tags: [PacketTag] = []
        var ofDatagram: [FragmentGroup: PacketTag] = [:]
        for (position, index) in packets.indices.enumerated() {
            var packet = packets[index].packet
            guard PacketTag(of: packet[...]) != nil else { throw .notAPacket(index: index) }
            let group = FragmentGroup(of: packet)
            let tag = group.flatMap { ofDatagram[$0] } ?? PacketTag(UInt16(truncatingIfNeeded: position % 65_535 + 1))
            if let group { ofDatagram[group] = tag }
            tags.append(tag)
            tag.stamp(&packet)
            observations[position].sendFailure = try inject(packet, packets[index].origin)
        }
        let seen = try logUpToSentinel()
        for (position, tag) in tags.enumerated() {
            guard let entry = seen[tag] else { continue }
            observations[position].exit = exit(of: entry)
            observations[position].mark = entry.mark
        }
        return observations
    }

    /// Returns the errno of a failure that is no verdict.
    private func inject(_ packet: [UInt8], _ origin: Injection.Origin) throws(KernelHarnessError) -> Int32? {
        let outcome: Result<Int, SystemCall.Failure>
        switch origin {
        case .interface(let name):
            guard let device = devices[name] else { throw .unknownInterface(name) }
            outcome = device.inject(packet)
        case .local:
            outcome = sender.send(packet)
        }
        switch outcome {
        case .success: return nil
        case .failure(let failure): return failure.errno == EPERM ? nil : failure.errno
        }
    }

    /// Marks the end of a burst in the log and reads the log up to the mark.
    private func logUpToSentinel() throws(KernelHarnessError) -> [PacketTag: PacketLog.Entry] {
        sentinelsSent = sentinelsSent % PacketTag.all.upperBound + 1
        let mark = PacketTag(sentinelsSent)
        var packet = Self.sentinelPacket
        mark.stamp(&packet)
        if case .failure(let failure) = sentinel.inject(packet) {
            throw .system(operation: "write to \(sentinel.name)", errno: failure.errno)
        }
        var seen: [PacketTag: PacketLog.Entry] = [:]
        while true {
            for entry in try log.next(withinMilliseconds: 10_000) {
                guard let tag = entry.tag else { continue }
                if entry.hook == NF_INET_PRE_ROUTING.rawValue {
                    if tag == mark { return seen }
                } else {
                    seen[tag] = entry
                }
            }
        }
    }

    /// 192.0.2.1 to 192.0.2.2, protocol 253 (RFC 3692), no payload; never routed, since the observer drops it.
    private static let sentinelPacket: [UInt8] = [
        0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0xf5, 0xe9, 192, 0, 2, 1, 192, 0, 2, 2,
    ]

    private func exit(of entry: PacketLog.Entry) -> Observation.Exit {
        guard entry.hook == NF_INET_POST_ROUTING.rawValue, let index = entry.outInterfaceIndex else {
            return .delivered
        }
        return .sent(through: interfaceNames[index] ?? "#\(index)")
    }
}
