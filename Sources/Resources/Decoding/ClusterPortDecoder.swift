import ManifestReading
import NetTypes

/// Decodes one item of `protocols` (v1alpha2) or `ports` (v1alpha1) of a cluster-wide policy.
struct ClusterPortDecoder {
    func port(_ object: ObjectDecoder) -> ClusterPolicy.Port? {
        guard let (name, field) = object.onlyField() else { return nil }
        switch name {
        case "tcp": return transport(.tcp, field)
        case "udp": return transport(.udp, field)
        case "sctp": return transport(.sctp, field)
        case "portNumber": return portNumber(field)
        case "portRange": return portRange(field)
        case "namedPort":
            field.warning(.adminNamedPort)
            return namedPort(field)
        default: return namedPort(field)
        }
    }

    /// `destinationNamedPort` or `namedPort`. A name that no container port can have is legal, and matches nothing.
    private func namedPort(_ field: Field) -> ClusterPolicy.Port? {
        guard let name = field.requiredString() else { return nil }
        for problem in APIName.portNameProblems(name).prefix(1) { field.warning(.invalidValue(name, problem)) }
        return .name(name)
    }

    // MARK: v1alpha2

    private func transport(_ proto: IPProtocol, _ field: Field) -> ClusterPolicy.Port? {
        guard let object = field.object(), let (_, port) = object.onlyField(), let choice = port.object()?.onlyField()
        else { return nil }
        if choice.name == "number" {
            return choice.field.portNumber().map { .range(proto, PortRange($0)) }
        }
        guard let range = choice.field.object(), let (first, last) = ends(range) else { return nil }
        guard first < last else {
            range.field.error(.invalidValue("\(first)-\(last)", "Start port must be less than End port"))
            return nil
        }
        return .range(proto, PortRange(first, last))
    }

    // MARK: v1alpha1

    private func portNumber(_ field: Field) -> ClusterPolicy.Port? {
        guard let object = field.object() else { return nil }
        let proto = object["protocol"].portProtocol()
        if !object["port"].isPresent { object["port"].error(.required()) }
        guard let port = object["port"].portNumber(), let proto else { return nil }
        return .range(proto, PortRange(port))
    }

    private func portRange(_ field: Field) -> ClusterPolicy.Port? {
        guard let object = field.object() else { return nil }
        let proto = object["protocol"].portProtocol()
        guard let (first, last) = ends(object), let proto else { return nil }
        guard first <= last else {
            object.field.error(.invalidValue("\(first)-\(last)", "start must not exceed end"))
            return nil
        }
        return .range(proto, PortRange(first, last))
    }

    private func ends(_ range: ObjectDecoder) -> (first: UInt16, last: UInt16)? {
        for end in ["start", "end"] where !range[end].isPresent { range[end].error(.required()) }
        guard let first = range["start"].portNumber(), let last = range["end"].portNumber() else { return nil }
        return (first, last)
    }
}
