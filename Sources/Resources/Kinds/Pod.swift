public import NetTypes

/// A container or host endpoint port that rules can name.
public struct NamedPort: Hashable, Sendable {
    public var name: String
    public var proto: IPProtocol
    public var port: UInt16

    public init(name: String, proto: IPProtocol, port: UInt16) {
        self.name = name
        self.proto = proto
        self.port = port
    }
}

/// What a pod and a workload's pod template have in common (kubernetes.md 7).
public struct PodSpec: Sendable {
    public var nodeName: String?
    public var hostNetwork: Bool
    /// `default` when the manifest names none.
    public var serviceAccountName: String
    /// Named ports of all containers, then of all init containers.
    public var namedPorts: [NamedPort]
    /// Every declared container port, named or not: what `check` without `--port` asks.
    public var declaredPorts: [NamedPort]

    public init(
        nodeName: String? = nil, hostNetwork: Bool = false, serviceAccountName: String = "default",
        namedPorts: [NamedPort] = [], declaredPorts: [NamedPort] = []
    ) {
        self.nodeName = nodeName
        self.hostNetwork = hostNetwork
        self.serviceAccountName = serviceAccountName
        self.namedPorts = namedPorts
        self.declaredPorts = declaredPorts
    }
}

/// v1 Pod.
public struct Pod: Sendable {
    public var meta: ObjectMeta
    public var spec: PodSpec
    /// By the order of sources of kubernetes.md 7: status.podIPs, status.podIP, annotations; at most one per family.
    public var addresses: [IPAddress]
    /// Phase Succeeded, Failed or Completed, or terminated with an emptied address annotation: owns no address.
    public var isFinished: Bool
    /// Annotation `cni.projectcalico.org/allowedSourcePrefixes`: source addresses that the pod may use besides its own.
    public var allowedSourcePrefixes: [IPPrefix] = []

    public init(meta: ObjectMeta, spec: PodSpec, addresses: [IPAddress], isFinished: Bool) {
        self.meta = meta
        self.spec = spec
        self.addresses = addresses
        self.isFinished = isFinished
    }
}

/// Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job or CronJob: a template of pods.
public struct Workload: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case deployment = "Deployment"
        case statefulSet = "StatefulSet"
        case daemonSet = "DaemonSet"
        case replicaSet = "ReplicaSet"
        case replicationController = "ReplicationController"
        case job = "Job"
        case cronJob = "CronJob"
    }

    public var kind: Kind
    public var meta: ObjectMeta
    /// `replicas`, or a Job's `parallelism`; 1 when absent. Meaningless for DaemonSets (one per node).
    public var replicas: Int
    /// The template's metadata; its name is the workload's.
    public var template: ObjectMeta
    public var spec: PodSpec

    public init(kind: Kind, meta: ObjectMeta, replicas: Int, template: ObjectMeta, spec: PodSpec) {
        self.kind = kind
        self.meta = meta
        self.replicas = replicas
        self.template = template
        self.spec = spec
    }
}
