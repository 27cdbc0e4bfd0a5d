import Diagnostics
import ManifestReading
import NetTypes

extension KindDefinition {
    static let pod = KindDefinition(
        APIGroup.core, ["v1"], "Pod", isNamespaced: true,
        consequence: "the pod is refused: its addresses count as outside ones, no policy selects it",
        schema: .resource([.used("spec", .podSpec), .used("status", .podStatus)], ignored: [])
    ) { root, meta in Pod.decode(root, meta).map { .pod($0) } }
}

extension Pod {
    private static let finishedPhases: Set<String> = ["Succeeded", "Failed", "Completed"]
    private static let addressAnnotations = [
        "cni.projectcalico.org/podIPs", "cni.projectcalico.org/podIP", awsAnnotation,
    ]
    private static let awsAnnotation = "vpc.amazonaws.com/pod-ips"
    private static let sourcePrefixesAnnotation = "cni.projectcalico.org/allowedSourcePrefixes"

    fileprivate static func decode(_ root: ObjectDecoder, _ meta: ObjectMeta) -> Pod? {
        guard let spec = root["spec"].object(ifAbsent: .empty), let status = root["status"].object(ifAbsent: .empty)
        else { return nil }
        let phase = status["phase"].string() ?? ""
        var pod = Pod(
            meta: meta, spec: PodSpec(decoding: spec), addresses: addresses(status, meta, root["metadata"]),
            isFinished: finishedPhases.contains(phase) || isGone(meta))
        pod.allowedSourcePrefixes = sourcePrefixes(meta, root["metadata"])
        reportLimits(root["metadata"])
        // Evaluated: in a large cluster they would take more memory than all else of the pod.
        pod.meta.annotations = [:]
        return pod
    }

    /// Annotations by which Calico drops packets and connections beyond a number (calico.md 4.5).
    private static func reportLimits(_ metadata: Field) {
        guard let annotations = metadata.node?["annotations"] else { return }
        for entry in annotations.entries {
            let name = entry.key.text
            guard name.hasPrefix("qos.projectcalico.org/"),
                name.hasSuffix("PacketRate") || name.hasSuffix("MaxConnections")
            else { continue }
            metadata.at(entry.key).warning(.trafficLimit(name))
        }
    }

    /// A pod in deletion whose address annotation was emptied owns no address any more.
    private static func isGone(_ meta: ObjectMeta) -> Bool {
        meta.isBeingDeleted
            && (meta.annotations["cni.projectcalico.org/podIP"] == "" || meta.annotations[awsAnnotation] == "")
    }

    /// From the first source that has any (kubernetes.md 7); the first address of each family.
    private static func addresses(_ status: ObjectDecoder, _ meta: ObjectMeta, _ metadata: Field) -> [IPAddress] {
        var addresses = status["podIPs"].objects().compactMap { $0["ip"].address() }
        let single = status["podIP"].address()
        if addresses.isEmpty { addresses = single.map { [$0] } ?? [] }
        if addresses.isEmpty {
            let text = addressAnnotations.lazy.compactMap { meta.annotations[$0] }.first { !$0.isEmpty } ?? ""
            addresses = annotatedAddresses(text, metadata)
        }
        let firsts = [IPFamily.v4, .v6].compactMap { family in addresses.firstIndex { $0.family == family } }
        return addresses.count == firsts.count ? addresses : firsts.sorted().map { addresses[$0] }
    }

    /// A comma-separated list; Calico writes single addresses with their full prefix length.
    private static func annotatedAddresses(_ text: String, _ metadata: Field) -> [IPAddress] {
        text.split(separator: ",").compactMap { part in
            let item = String(part.filter { $0 != " " })
            guard let parsed = IPPrefix.parse(item) else {
                metadata.warning(.unreadableAnnotation("pod address", item))
                return nil
            }
            return parsed.address
        }
    }

    /// The annotation holds a JSON list of blocks; the reader makes a document of each item. Calico makes no endpoint of a
    /// pod whose list it can't read.
    private static func sourcePrefixes(_ meta: ObjectMeta, _ metadata: Field) -> [IPPrefix] {
        guard let text = meta.annotations[sourcePrefixesAnnotation] else { return [] }
        let manifest = ManifestReader.read(bytes: Array(text.utf8), file: meta.location.file)
        let prefixes = manifest.tree.documents.map { IPPrefix($0.text) }
        if manifest.diagnostics.hasErrors || prefixes.contains(nil) {
            metadata.error(.unreadableSourcePrefixes(sourcePrefixesAnnotation, text))
        }
        return prefixes.compactMap(\.self)
    }
}

extension PodSpec {
    init(decoding spec: ObjectDecoder) {
        let account = spec["serviceAccountName"].nonEmptyString()
        let alias = spec["serviceAccount"].nonEmptyString()
        let ports = Self.ports(spec["containers"]) + Self.ports(spec["initContainers"])
        self.init(
            nodeName: spec["nodeName"].nonEmptyString(), hostNetwork: spec["hostNetwork"].bool() ?? false,
            serviceAccountName: account ?? alias ?? "default", namedPorts: ports.filter { !$0.name.isEmpty },
            declaredPorts: ports)
    }

    private static func ports(_ containers: Field) -> [NamedPort] {
        containers.objects().flatMap { container -> [NamedPort] in
            var names = FirstOccurrences<Field>()
            return container["ports"].objects().compactMap { object in
                guard let port = NamedPort(decoding: object) else { return nil }
                if !port.name.isEmpty, let first = names.note(port.name, object["name"]) {
                    object["name"].error(.duplicateValue(port.name), notes: [first.note("first written here")])
                }
                return port
            }
        }
    }
}

extension NamedPort {
    fileprivate init?(decoding port: ObjectDecoder) {
        let name = port["name"].portName() ?? ""
        let proto = port["protocol"].portProtocol()
        _ = port["hostPort"].integer(in: 0...65535, otherwise: { .notBetween($0, 1...65535) })
        let field = port["containerPort"]
        guard field.isPresent, field.node?.integerValue != 0 else {
            field.error(.required())
            return nil
        }
        guard let number = field.portNumber(), let proto else { return nil }
        self.init(name: name, proto: proto, port: number)
    }
}
