import NetTypes
import NetworkTopology
import Resources
import Selectors

/// Services and EndpointSlices → what rules' `services` match (calico.md 3.5) and what kube-proxy does.
struct ServiceResolution {
    let services: [Service]
    let slices: [ServiceKey: [EndpointSlice]]
    private let pods: PodsByLabel

    /// - Parameter pods: backends of services without slices.
    init(services: [Service], slices: [EndpointSlice], pods: [Pod]) {
        self.services = services
        var byService: [ServiceKey: [EndpointSlice]] = [:]
        for slice in slices {
            guard let name = slice.serviceName else { continue }
            byService[ServiceKey(namespace: slice.meta.namespace ?? "default", name: name), default: []].append(slice)
        }
        self.slices = byService
        var keys: Set<String> = []
        for service in services {
            guard byService[Self.key(of: service)] == nil, let selector = service.selector else { continue }
            for index in 0..<selector.count { keys.insert(selector.pair(at: index).key) }
        }
        self.pods = PodsByLabel(keys.isEmpty ? [] : pods, keys: keys)
    }

    private static func key(of service: Service) -> ServiceKey {
        ServiceKey(namespace: service.meta.namespace ?? "default", name: service.meta.name)
    }

    /// Every address with every numbered port, conditions ignored.
    func members() -> [ServiceKey: [ServiceMember]] {
        slices.mapValues { slices in
            let members = slices.flatMap { slice in
                let ports = slice.ports.compactMap { port in
                    port.port.map { ServiceMember.Port(proto: port.proto, port: $0) }
                }
                return slice.endpoints.flatMap(\.addresses).map { ServiceMember(address: $0, ports: ports) }
            }
            return Set(members).sorted()
        }
    }

    /// The addresses of services with their backends: cluster, external and load balancer addresses, and node ports at
    /// `nodeAddresses`. Backends come from EndpointSlices, without them from the selector and the pods.
    func table(nodeAddresses: [IPAddress]) -> ServiceTable {
        var entries: [ServiceTable.Frontend: ServiceTable.Entry] = [:]
        for service in services where service.type != "ExternalName" {
            let key = Self.key(of: service)
            for port in service.ports {
                let backends = Set(self.backends(of: service, key, port)).sorted()
                let byFamily = Dictionary(grouping: backends, by: \.address.family)
                func add(_ addresses: [IPAddress], _ number: UInt16, _ kind: ServiceTable.Kind) {
                    for address in addresses {
                        let frontend = ServiceTable.Frontend(address: address, proto: port.proto, port: number)
                        guard entries[frontend] == nil else { continue }
                        entries[frontend] = ServiceTable.Entry(
                            service: key.description, kind: kind,
                            isLocal: kind != .clusterIP && service.externalTrafficIsLocal,
                            backends: byFamily[address.family] ?? [])
                    }
                }
                add(service.clusterIPs, port.port, .clusterIP)
                add(service.externalIPs + service.loadBalancerIPs, port.port, .external)
                if let nodePort = port.nodePort, nodePort != 0 { add(nodeAddresses, nodePort, .nodePort) }
            }
        }
        return ServiceTable(entries: entries)
    }

    private func backends(of service: Service, _ key: ServiceKey, _ port: Service.Port) -> [ServiceTable.Backend] {
        if let slices = slices[key] {
            return slices.flatMap { slice in
                let numbers = slice.ports.filter { $0.proto == port.proto && ($0.name ?? "") == (port.name ?? "") }
                    .compactMap(\.port)
                return slice.endpoints.filter(\.isReady).flatMap(\.addresses).flatMap { address in
                    numbers.map { ServiceTable.Backend(address: address, port: $0) }
                }
            }
        }
        guard let selector = service.selector, !selector.isEmpty else { return [] }
        return pods.pods(in: key.namespace, bearing: selector).flatMap { pod in
            targetPorts(port, of: pod).flatMap { number in
                pod.addresses.map { ServiceTable.Backend(address: $0, port: number) }
            }
        }
    }

    private func targetPorts(_ port: Service.Port, of pod: Pod) -> [UInt16] {
        switch port.target {
        case .number(let number): [number]
        case .name(let name):
            pod.spec.namedPorts.filter { $0.name == name && $0.proto == port.proto }.map(\.port)
        }
    }
}
