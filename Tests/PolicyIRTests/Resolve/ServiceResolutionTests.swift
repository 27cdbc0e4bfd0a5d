import NetTypes
import PolicyIR
import Testing

/// EndpointSlices as members of services.
struct ServiceResolutionTests {
    private func slice(_ name: String, ports: [Int]) -> String {
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name), namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.0.1]}]
        ports: [\(ports.map { "{name: p\($0), port: \($0)}" }.joined(separator: ", "))]
        """
    }

    @Test("Members with one address and as many ports have one order, whatever the order of slices")
    func orderOfMembers() {
        let slices = (1...6).map { slice("s\($0)", ports: [80 + $0]) }
        let first = ResolvedText(slices.joined(separator: "\n---\n"))
        let second = ResolvedText(slices.reversed().joined(separator: "\n---\n"))
        let key = ServiceKey(namespace: "shop", name: "web")
        #expect(first.errors == [])
        #expect(first.cluster.serviceMembers[key]?.flatMap { $0.ports.map(\.port) } == Array(81...86))
        #expect(first.cluster.serviceMembers == second.cluster.serviceMembers)
    }
}
