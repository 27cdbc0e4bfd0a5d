import Resources
import Selectors

/// Finds the pods of a namespace that bear some labels without asking every pod.
struct PodsByLabel {
    private struct Label: Hashable {
        var namespace: String
        var key: String
        var value: String
    }

    private let pods: [Pod]
    /// Places in `pods`, ascending.
    private var bearers: [Label: [Int32]] = [:]

    /// - Parameter keys: the labels that will be asked for.
    init(_ pods: [Pod], keys: Set<String>) {
        self.pods = pods
        for place in pods.indices {
            let labels = pods[place].meta.labels
            for index in 0..<labels.count {
                let (key, value) = labels.pair(at: index)
                guard keys.contains(key) else { continue }
                let label = Label(namespace: Self.namespace(of: pods[place].meta), key: key, value: value)
                bearers[label, default: []].append(Int32(place))
            }
        }
    }

    static func namespace(of meta: ObjectMeta) -> String { meta.namespace ?? "default" }

    /// Pods that bear all of the labels, of which there must be one; in order.
    func pods(in namespace: String, bearing labels: Labels) -> some Sequence<Pod> {
        let lists = (0..<labels.count).map { index in
            let (key, value) = labels.pair(at: index)
            return bearers[Label(namespace: namespace, key: key, value: value)] ?? []
        }
        let shortest = lists.min { $0.count < $1.count } ?? []
        return shortest.lazy.map { pods[Int($0)] }.filter { pod in
            (0..<labels.count).allSatisfy { index in
                let (key, value) = labels.pair(at: index)
                return pod.meta.labels[key] == value
            }
        }
    }
}

/// Workload templates for which no pod of the inputs stands.
struct WorkloadPods {
    private let snapshot: ClusterSnapshot

    private struct Name: Hashable {
        var namespace: String
        var name: String
    }

    init(_ snapshot: ClusterSnapshot) { self.snapshot = snapshot }

    /// A pod belongs to a workload of its namespace when it bears all labels of the template, or its name: that of the
    /// workload, a dash and more.
    var workloadsWithoutPods: [Workload] {
        var keys: Set<String> = []
        for workload in snapshot.workloads {
            for index in 0..<workload.template.labels.count {
                keys.insert(workload.template.labels.pair(at: index).key)
            }
        }
        let byLabel = PodsByLabel(snapshot.pods, keys: keys)
        let names = namesWithPods
        return snapshot.workloads.filter { workload in
            let namespace = PodsByLabel.namespace(of: workload.meta)
            if names.contains(Name(namespace: namespace, name: workload.meta.name)) { return false }
            let labels = workload.template.labels
            return labels.isEmpty || !byLabel.pods(in: namespace, bearing: labels).contains { _ in true }
        }
    }

    /// Names of workloads that pods are called after.
    private var namesWithPods: Set<Name> {
        let workloads = Set(
            snapshot.workloads.map { Name(namespace: PodsByLabel.namespace(of: $0.meta), name: $0.meta.name) })
        var found: Set<Name> = []
        for pod in snapshot.pods {
            let text = pod.meta.name.utf8
            for dash in text.indices where text[dash] == UInt8(ascii: "-") {
                let name = Name(
                    namespace: PodsByLabel.namespace(of: pod.meta), name: String(pod.meta.name[..<dash]))
                if workloads.contains(name) { found.insert(name) }
            }
        }
        return found
    }
}
