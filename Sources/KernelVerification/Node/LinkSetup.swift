import CLinuxShims
import Glibc
import NetTypes

/// Links, addresses and routes by rtnetlink(7).
struct LinkSetup {
    private let socket: NetlinkSocket

    init(_ socket: NetlinkSocket) { self.socket = socket }

    /// Sets a device up, with room for `queueLength` packets.
    func bringUp(index: Int32, queueLength: UInt32?) throws(KernelHarnessError) {
        // ifinfomsg: family, pad, type (u16), index, flags, mask of flags to change.
        var message = NetlinkMessage(
            type: UInt16(RTM_NEWLINK), flags: NLM_F_REQUEST | NLM_F_ACK, sequence: socket.nextSequence(),
            body: [0, 0, 0, 0] + index.hostOrder + UInt32(IFF_UP).hostOrder
                + UInt32(IFF_UP).hostOrder)
        if let queueLength { message.append(UInt16(IFLA_TXQLEN), queueLength.hostOrder) }
        try socket.request(message, operation: "set link \(index) up")
    }

    func add(_ host: NodeLayout.HostAddress, index: Int32) throws(KernelHarnessError) {
        // ifaddrmsg: family, prefix length, flags, scope, index (u32).
        var message = NetlinkMessage(
            type: UInt16(RTM_NEWADDR), flags: NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
            sequence: socket.nextSequence(),
            body: [
                host.address.family.socketFamily, host.prefixLength, UInt8(IFA_F_NODAD),
                UInt8(RT_SCOPE_UNIVERSE.rawValue),
            ]
                + index.hostOrder)
        message.append(UInt16(IFA_LOCAL), host.address.bytes)
        message.append(UInt16(IFA_ADDRESS), host.address.bytes)
        try socket.request(message, operation: "add address \(host.address)/\(host.prefixLength)")
    }

    /// Waits until packets to an IPv6 address that was added are delivered to the node.
    ///
    /// Even without duplicate address detection the kernel puts the address's local route in place from a worker
    /// (net/ipv6/addrconf.c, addrconf_dad_work); a packet that comes before is forwarded by the default route.
    func waitUntilDelivered(to address: IPAddress) throws(KernelHarnessError) {
        let header: [UInt8] = [address.family.socketFamily, UInt8(address.family.bitWidth), 0, 0, 0, 0, 0, 0]
        for _ in 0..<Self.deliveryTries {
            var message = NetlinkMessage(
                type: UInt16(RTM_GETROUTE), flags: NLM_F_REQUEST, sequence: socket.nextSequence(),
                body: header + UInt32(0).hostOrder)
            message.append(UInt16(RTA_DST.rawValue), address.bytes)
            try socket.send(message.bytes)
            var isLocal = false
            while let replies = try socket.receiveQueued() {
                for reply in replies where reply.type == UInt16(RTM_NEWROUTE) {
                    // The eighth byte of rtmsg is the type.
                    isLocal = isLocal || reply.payload.dropFirst(7).first == UInt8(RTN_LOCAL)
                }
            }
            if isLocal { return }
            usleep(Self.deliveryPauseMicroseconds)
        }
        throw .noAnswer("the node's address \(address) is not delivered to it")
    }

    /// Four seconds in all.
    private static let deliveryTries = 20_000
    private static let deliveryPauseMicroseconds: UInt32 = 200

    /// Routes `prefix` through the device, without a gateway. A route that is there already stays.
    func add(_ prefix: IPPrefix, index: Int32) throws(KernelHarnessError) {
        let scope = prefix.family == .v4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE
        // rtmsg: family, destination length, source length, tos, table, protocol, scope, type, flags (u32).
        let header: [UInt8] = [
            prefix.family.socketFamily, prefix.length, 0, 0, UInt8(RT_TABLE_MAIN.rawValue), UInt8(RTPROT_STATIC),
            UInt8(scope.rawValue), UInt8(RTN_UNICAST),
        ]
        var message = NetlinkMessage(
            type: UInt16(RTM_NEWROUTE), flags: NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
            sequence: socket.nextSequence(), body: header + UInt32(0).hostOrder)
        if prefix.length > 0 { message.append(UInt16(RTA_DST.rawValue), prefix.address.bytes) }
        message.append(UInt16(RTA_OIF.rawValue), index.hostOrder)
        try socket.request(message, operation: "add route \(prefix)")
    }
}

extension IPFamily {
    /// AF_INET or AF_INET6.
    var socketFamily: UInt8 { UInt8(self == .v4 ? AF_INET : AF_INET6) }
}
