import KernelVerification
import NetTypes
import TestSupport

extension NodeLayout {
    /// The node of the truth corpus ("The node" in its README) with the pods of one case.
    init(_ truth: TruthCase) {
        let uplink = Interface(
            name: "eth0", addresses: [.init("192.0.2.1", 24), .init("2001:db8:0:2::1", 64)].compactMap(\.self),
            routes: [IPPrefix("0.0.0.0/0"), IPPrefix("::/0")].compactMap(\.self))
        let second = Interface(name: "eth1", addresses: [.init("198.18.0.1", 24)].compactMap(\.self))
        let usesSecond = truth.probes.contains { $0.in == "eth1" || $0.out == "eth1" || $0.dst == "198.18.0.1" }
        let pods = truth.pods.map { pod in
            Interface(name: pod.interface, routes: pod.addresses.map { IPPrefix(host: $0) })
        }
        self.init(interfaces: [uplink] + (usesSecond ? [second] : []) + pods)
    }
}

extension NodeLayout.HostAddress {
    fileprivate init?(_ text: String, _ prefixLength: UInt8) {
        guard let address = IPAddress(text) else { return nil }
        self.init(address, prefixLength: prefixLength)
    }
}
