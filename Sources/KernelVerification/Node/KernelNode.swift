import CLinuxShims

/// A node emulated by the real kernel: a private namespace with the node's interfaces, into which rulesets are loaded
/// and packets injected. Everything vanishes with this object.
///
/// Needs root. Not for use from several tasks at once.
public final class KernelNode {
    let namespace: PrivateNamespace
    let devices: [String: TunDevice]
    let interfaceNames: [Int32: String]
    let sentinel: TunDevice
    let sender: LocalSender
    let netfilter: NetlinkSocket
    let log: PacketLog
    var observerTracking = ObserverTable.Tracking.forgets
    var sentinelsSent: UInt16 = 0

    /// Room for packets in a device's queue: more than one burst.
    private static let queueLength: UInt32 = 4096

    /// - Throws: `.unavailable` naming what is missing; `.system` when a layout cannot be set up.
    public init(_ layout: NodeLayout) throws(KernelHarnessError) {
        let namespace = try PrivateNamespace()
        let parts = try namespace.perform { () throws(KernelHarnessError) in try Parts(layout) }
        self.namespace = namespace
        devices = parts.devices
        interfaceNames = Dictionary(parts.devices.values.map { ($0.index, $0.name) }) { first, _ in first }
            .merging([1: "lo"]) { own, _ in own }
        sentinel = parts.sentinel
        sender = parts.sender
        netfilter = parts.netfilter
        log = parts.log
        try setObserver(.forgets)
    }

    /// Runs `body` on a thread inside the node's namespace: netlink sockets opened there belong to it.
    public func inside<Value>(_ body: () throws(KernelHarnessError) -> Value) throws(KernelHarnessError) -> Value {
        try namespace.perform(body)
    }

    /// What has to be opened by a thread inside the namespace.
    private struct Parts {
        var devices: [String: TunDevice] = [:]
        let sentinel: TunDevice
        let sender: LocalSender
        let netfilter: NetlinkSocket
        let log: PacketLog

        init(_ layout: NodeLayout) throws(KernelHarnessError) {
            for setting in KernelSettings.ofNamespace { try KernelSettings.write(setting.path, setting.value) }
            let links = LinkSetup(try NetlinkSocket(.route))
            for interface in layout.interfaces {
                let device = try TunDevice(name: interface.name)
                try links.bringUp(index: device.index, queueLength: queueLength)
                for address in interface.addresses { try links.add(address, index: device.index) }
                devices[interface.name] = device
            }
            // Routes after all addresses, whose on-link prefixes might otherwise take their place.
            for interface in layout.interfaces {
                guard let device = devices[interface.name] else { continue }
                for prefix in interface.routes { try links.add(prefix, index: device.index) }
            }
            try LocalRoutes.wait(for: layout.interfaces.flatMap(\.addresses).map(\.address))
            sentinel = try TunDevice(name: ObserverTable.sentinelDevice)
            try links.bringUp(index: sentinel.index, queueLength: nil)
            sender = try LocalSender(mark: ObserverTable.senderMark)
            netfilter = try NetlinkSocket(.netfilter)
            log = try PacketLog(group: ObserverTable.logGroup)
        }
    }
}
