/// The manifests of a cluster as bytes, a few objects at a time: memory does not grow with the cluster.
///
///     var manifests = ManifestStream(plan, format: .yaml)
///     while manifests.append(to: &buffer) { try file.write(buffer); buffer.removeAll(keepingCapacity: true) }
///
/// All is one `List`, as `kubectl get -o yaml` or `-o json` prints it.
public struct ManifestStream: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        case yaml
        case json
    }

    /// What a manifest holds; `all` of them make the cluster.
    public enum Part: String, CaseIterable, Sendable {
        case namespaces
        case nodes
        case pods
        case services
        case tiers
        case sets
        case policies
    }

    private let objects: ClusterObjects
    private let format: Format
    /// How many objects each part has, in order, without the empty ones.
    private let parts: [(part: Part, objects: Range<Int>)]
    private var position = (part: 0, object: 0)
    private var isAtStart = true
    private var isAtEnd = false

    public init(_ plan: ClusterPlan, format: Format) {
        self.init(plan, format: format, parts: Part.allCases.map { ($0, 0..<ManifestStream.count($0, in: plan)) })
    }

    /// Some objects of one part alone.
    public init(_ plan: ClusterPlan, format: Format, part: Part, objects: Range<Int>) {
        self.init(plan, format: format, parts: [(part, objects)])
    }

    private init(_ plan: ClusterPlan, format: Format, parts: [(part: Part, objects: Range<Int>)]) {
        objects = ClusterObjects(plan)
        self.format = format
        self.parts = parts.filter { !$0.objects.isEmpty }
        position.object = self.parts.first?.objects.lowerBound ?? 0
    }

    /// The number of objects of a part.
    public static func count(_ part: Part, in plan: ClusterPlan) -> Int {
        switch part {
        case .namespaces: plan.namespaces
        case .nodes: plan.nodes
        case .pods: plan.pods
        case .services: plan.hasServices ? plan.apps : 0
        case .tiers: ClusterObjects.tiers.count
        case .sets: OutsideNetworks(plan: plan).setCount
        case .policies: plan.policies
        }
    }

    /// Appends about 256 KiB more. False when nothing was left to append.
    public mutating func append(to text: inout [UInt8]) -> Bool {
        guard !isAtEnd else { return false }
        let limit = text.count + 1 << 18
        if isAtStart { text.append(contentsOf: format.head.utf8) }
        while text.count < limit {
            guard let object = next() else {
                text.append(contentsOf: format.tail.utf8)
                isAtEnd = true
                return true
            }
            switch format {
            case .yaml: YAMLText.appendItem(object, to: &text)
            case .json: JSONText.appendItem(object, isFirst: isAtStart, to: &text)
            }
            isAtStart = false
        }
        return true
    }

    private mutating func next() -> ObjectValue? {
        guard position.part < parts.count else { return nil }
        let (part, range) = parts[position.part]
        let index = position.object
        position.object += 1
        if position.object == range.upperBound {
            position.part += 1
            position.object = position.part < parts.count ? parts[position.part].objects.lowerBound : 0
        }
        return switch part {
        case .namespaces: objects.namespace(index)
        case .nodes: objects.node(index)
        case .pods: objects.pod(index)
        case .services: objects.service(ofApp: index)
        case .tiers: objects.tier(index)
        case .sets: objects.networkSet(index)
        case .policies: objects.policy(index)
        }
    }
}

extension ManifestStream.Format {
    fileprivate var head: String {
        switch self {
        case .yaml: "apiVersion: v1\nitems:\n"
        case .json: "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n"
        }
    }

    fileprivate var tail: String {
        switch self {
        case .yaml: "kind: List\nmetadata:\n  resourceVersion: \"\"\n"
        case .json:
            "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n"
        }
    }
}
