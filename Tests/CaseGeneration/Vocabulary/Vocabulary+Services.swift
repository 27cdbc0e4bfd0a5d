import NetTypes

extension Vocabulary {
    /// Services with their EndpointSlices.
    func serviceDocuments(_ dice: inout Dice) -> [ManifestValue] {
        services.enumerated().flatMap { index, service in
            [document(service, index)]
                + (service.hasSlices ? (1...dice.number(1...2)).map { slice($0, of: service, &dice) } : [])
        }
    }

    private func document(_ service: Service, _ index: Int) -> ManifestValue {
        .document(
            "v1", "Service", service.name, namespace: service.namespace,
            [
                "spec": .object([
                    "clusterIP": .text("172.20.0.\(index + 1)"),
                    "ports": .list([.object(["name": .text("http"), "port": .number(80)])]),
                ])
            ])
    }

    /// Addresses of one family: of pods, and of others; ready or not, which decides nothing (T30).
    private func slice(_ number: Int, of service: Service, _ dice: inout Dice) -> ManifestValue {
        let family: IPFamily = dice.chance(65) ? .v4 : .v6
        let strangers = family == .v4 ? ["198.51.100.7", "10.0.0.9"] : ["2001:db8:ffff::7"]
        let candidates = pods.flatMap(\.addresses).filter { $0.family == family }.map(\.description) + strangers
        let endpoints = dice.some(candidates, dice.chance(10) ? 0...0 : 1...5).map { address in
            ManifestValue.object([
                "addresses": .texts([address]),
                "conditions": dice.maybe(30) { .object(["ready": .truth($0.chance(50))]) },
            ])
        }
        let ports = dice.some(["http", "dns", ""], dice.chance(10) ? 0...0 : 1...3).map { name in
            ManifestValue.object([
                "name": .text(name), "protocol": dice.maybe(60) { .text($0.pick(["TCP", "UDP", "SCTP"])) },
                "port": dice.maybe(85) { .number($0.pick(Words.ports)) },
            ])
        }
        return .document(
            "discovery.k8s.io/v1", "EndpointSlice", "\(service.name)-\(number)", namespace: service.namespace,
            labels: [("kubernetes.io/service-name", service.name)],
            [
                "addressType": .text(family == .v4 ? "IPv4" : "IPv6"), "endpoints": .list(endpoints),
                "ports": .list(ports),
            ])
    }
}
