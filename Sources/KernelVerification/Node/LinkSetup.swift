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
