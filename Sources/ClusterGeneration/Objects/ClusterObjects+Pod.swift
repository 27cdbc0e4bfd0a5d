import NetTypes

extension ClusterObjects {
    /// A running pod of a ReplicaSet, with what the API server, the kubelet and Calico's CNI plugin add: about 2 KB.
    func pod(_ index: Int) -> ObjectValue {
        let app = model.app(model.app(ofPod: index))
        var random = RandomStream(seed: plan.seed, .pod, index)
        let template = ClusterObjects.hex(RandomStream.mixed(UInt64(app.index) + 1), 10)
        let name = "\(app.name)-\(template)-\(ClusterObjects.hex(model.suffix(ofPod: index), 5))"
        var addresses = ["\(model.address4(ofPod: index))"]
        if plan.isDualStack { addresses.append("\(model.address6(ofPod: index))") }
        let labels = [
            ("app", app.name), ("app.kubernetes.io/component", app.component),
            ("app.kubernetes.io/managed-by", "Helm"), ("egress", app.usesPartners ? "partners" : "cluster"),
            ("pod-template-hash", template), ("team", model.team(app.namespace)),
            ("version", "v\(1 + random.number(below: 3))"),
        ]
        guard case .map(var metadata) = self.metadata(name, app.namespace, index, labels: labels) else { return [:] }
        metadata.insert((key: "annotations", value: annotations(index, addresses)), at: 0)
        metadata.insert((key: "generateName", value: .text("\(app.name)-\(template)-")), at: 2)
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": .map(metadata),
            "spec": spec(app, node: model.node(ofPod: index)),
            "status": status(app, node: model.node(ofPod: index), addresses: addresses),
        ]
    }

    private func annotations(_ index: Int, _ addresses: [String]) -> ObjectValue {
        [
            "cni.projectcalico.org/containerID": .text(
                (0..<4).map { ClusterObjects.hex(RandomStream.mixed(UInt64(index * 4 + $0 + 1)), 16) }.joined()),
            "cni.projectcalico.org/podIP": .text("\(addresses[0])/32"),
            "cni.projectcalico.org/podIPs": .text(
                zip(addresses, ["/32", "/128"]).map { $0 + $1 }.joined(separator: ",")),
            "prometheus.io/scrape": "true",
        ]
    }

    private func spec(_ app: ClusterModel.App, node: Int) -> ObjectValue {
        [
            "containers": [
                [
                    "env": [["name": "TEAM", "value": .text(model.team(app.namespace))]],
                    "image": .text("registry.example.com/\(app.component):1.\(app.index % 40).2"),
                    "imagePullPolicy": "IfNotPresent",
                    "livenessProbe": [
                        "failureThreshold": 3, "httpGet": ["path": "/healthz", "port": 9090, "scheme": "HTTP"],
                        "periodSeconds": 10,
                    ],
                    "name": "main",
                    "ports": [
                        [
                            "containerPort": .number(Int(app.port)), "name": .text(app.portName),
                            "protocol": app.isUDP ? "UDP" : "TCP",
                        ],
                        ["containerPort": 9090, "name": "metrics", "protocol": "TCP"],
                    ],
                    "resources": [
                        "limits": ["memory": "512Mi"], "requests": ["cpu": "100m", "memory": "256Mi"],
                    ],
                    "terminationMessagePath": "/dev/termination-log",
                    "volumeMounts": [
                        [
                            "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "token",
                            "readOnly": true,
                        ]
                    ],
                ]
            ],
            "dnsPolicy": "ClusterFirst", "nodeName": .text(model.nodeName(node)), "restartPolicy": "Always",
            "schedulerName": "default-scheduler", "securityContext": [:], "serviceAccountName": "default",
            "terminationGracePeriodSeconds": 30,
            "tolerations": [
                [
                    "effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists",
                    "tolerationSeconds": 300,
                ]
            ],
        ]
    }

    private func status(_ app: ClusterModel.App, node: Int, addresses: [String]) -> ObjectValue {
        [
            "conditions": [
                ["lastTransitionTime": "2026-03-02T08:15:34Z", "status": "True", "type": "Ready"],
                ["lastTransitionTime": "2026-03-02T08:15:30Z", "status": "True", "type": "PodScheduled"],
            ],
            "containerStatuses": [
                [
                    "image": .text("registry.example.com/\(app.component):1.\(app.index % 40).2"), "name": "main",
                    "ready": true, "restartCount": 0,
                    "state": ["running": ["startedAt": "2026-03-02T08:15:33Z"]],
                ]
            ],
            "hostIP": .text("\(model.address4(ofNode: node))"), "phase": "Running", "podIP": .text(addresses[0]),
            "podIPs": .list(addresses.map { ["ip": .text($0)] }), "qosClass": "Burstable",
            "startTime": "2026-03-02T08:15:30Z",
        ]
    }
}
