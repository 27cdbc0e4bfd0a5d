/// Documents for the traps: name and spec are what differs. A `spec` is the inside of a YAML flow mapping.
enum Manifest {
    static func calico(_ kind: String, _ metadata: String, _ spec: String) -> String {
        "apiVersion: projectcalico.org/v3\nkind: \(kind)\nmetadata: {\(metadata)}\nspec: {\(spec)}"
    }

    /// A GlobalNetworkPolicy.
    static func global(_ name: String, _ spec: String) -> String {
        calico("GlobalNetworkPolicy", "name: \(name)", spec)
    }

    /// A NetworkPolicy of Calico.
    static func namespaced(_ name: String, in namespace: String = "a", _ spec: String) -> String {
        calico("NetworkPolicy", "name: \(name), namespace: \(namespace)", spec)
    }

    /// A NetworkPolicy of Kubernetes.
    static func kubernetes(_ name: String, in namespace: String = "a", _ spec: String) -> String {
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
            + "metadata: {name: \(name), namespace: \(namespace)}\nspec: {\(spec)}"
    }

    /// A ClusterNetworkPolicy.
    static func cluster(_ name: String, _ spec: String) -> String {
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\n"
            + "metadata: {name: \(name)}\nspec: {\(spec)}"
    }

    /// An AdminNetworkPolicy.
    static func admin(_ name: String, _ spec: String) -> String {
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n"
            + "metadata: {name: \(name)}\nspec: {\(spec)}"
    }

    /// The BaselineAdminNetworkPolicy.
    static func baseline(_ spec: String, name: String = "default") -> String {
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\n"
            + "metadata: {name: \(name)}\nspec: {\(spec)}"
    }

    static func tier(_ name: String, _ spec: String = "") -> String { calico("Tier", "name: \(name)", spec) }

    static func profile(_ name: String, _ spec: String) -> String { calico("Profile", "name: \(name)", spec) }

    static func felix(_ spec: String) -> String { calico("FelixConfiguration", "name: default", spec) }

    static func networkSet(_ name: String, in namespace: String, labels: String = "", _ nets: String...) -> String {
        calico(
            "NetworkSet", "name: \(name), namespace: \(namespace), labels: {\(labels)}",
            "nets: [\(nets.joined(separator: ", "))]")
    }

    static func globalNetworkSet(_ name: String, labels: String = "", _ nets: String...) -> String {
        calico(
            "GlobalNetworkSet", "name: \(name), labels: {\(labels)}", "nets: [\(nets.joined(separator: ", "))]")
    }

    /// A HostEndpoint of node n1.
    static func host(_ name: String, labels: String = "kind: host", _ spec: String) -> String {
        calico("HostEndpoint", "name: \(name), labels: {\(labels)}", "node: n1, \(spec)")
    }

    /// A WorkloadEndpoint `b/NAME` of node n1.
    static func workload(_ name: String, address: String, labels: String = "", profiles: String) -> String {
        calico(
            "WorkloadEndpoint", "name: n1-k8s-\(name)-eth0, namespace: b, labels: {\(labels)}",
            """
            orchestrator: k8s, node: n1, pod: \(name), endpoint: eth0, interfaceName: cali-\(name),
            ipNetworks: [\(address)/32], profiles: [\(profiles)]
            """)
    }

    static func pod(
        _ name: String, in namespace: String, node: String, labels: String = "", spec: String = "containers: []",
        address: String, phase: String = "Running"
    ) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: \(namespace), labels: {\(labels)}}
        spec: {nodeName: \(node), \(spec)}
        status: {phase: \(phase), podIP: \(address)}
        """
    }

    static func namespace(_ name: String, labels: String = "") -> String {
        "{apiVersion: v1, kind: Namespace, metadata: {name: \(name), labels: {\(labels)}}}"
    }

    /// A Service `a/web` at 10.96.0.1 with the node port 30080; its port 80 leads to 8080 of the endpoints.
    ///
    /// - Parameter endpoints: as an EndpointSlice lists them.
    static func webService(_ endpoints: String = "{addresses: [10.0.0.1]}") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: a}
        spec:
          type: NodePort
          clusterIP: 10.96.0.1
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: a, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: [\(endpoints)]
        ports: [{port: 8080, protocol: TCP}]
        """
    }
}
