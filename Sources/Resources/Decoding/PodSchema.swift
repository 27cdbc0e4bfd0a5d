extension ObjectSchema {
    /// v1 PodSpec, of a Pod or of a workload's template.
    static let podSpec = ObjectSchema(
        [
            .used("nodeName"), .used("hostNetwork"), .used("serviceAccountName"), .used("serviceAccount"),
            .used("containers", container), .used("initContainers", container),
        ],
        ignored: [
            "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy",
            "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC", "hostPID", "hostUsers", "hostname",
            "hostnameOverride", "imagePullSecrets", "nodeSelector", "os", "overhead", "preemptionPolicy", "priority",
            "priorityClassName", "readinessGates", "resourceClaims", "resources", "restartPolicy", "runtimeClassName",
            "schedulerName", "schedulingGates", "securityContext", "setHostnameAsFQDN", "shareProcessNamespace",
            "subdomain", "terminationGracePeriodSeconds", "tolerations", "topologySpreadConstraints", "volumes",
            "workloadRef",
        ],
        knownMistakes: [
            "labels": "labels go below metadata", "podIP": "podIP goes below status",
            "replicas": "replicas goes into the workload's spec, not the pod's",
        ])

    private static let container = ObjectSchema(
        [.used("ports", containerPort)],
        ignored: [
            "name", "image", "args", "command", "env", "envFrom", "imagePullPolicy", "lifecycle", "livenessProbe",
            "readinessProbe", "resizePolicy", "resources", "restartPolicy", "restartPolicyRules", "securityContext",
            "startupProbe", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy", "tty",
            "volumeDevices", "volumeMounts", "workingDir",
        ])

    private static let containerPort = ObjectSchema(
        [.used("name"), .used("containerPort"), .used("protocol"), .used("hostPort")], ignored: ["hostIP"])

    /// v1 PodStatus; what is not an address or the phase is the kubelet's business.
    static let podStatus = ObjectSchema(
        [.used("podIPs", ObjectSchema([.used("ip")])), .used("podIP"), .used("phase")],
        ignored: [
            "allocatedResources", "conditions", "containerStatuses", "ephemeralContainerStatuses",
            "extendedResourceClaimStatus", "hostIP", "hostIPs", "initContainerStatuses", "message",
            "nominatedNodeName", "observedGeneration", "qosClass", "reason", "resize", "resourceClaimStatuses",
            "resources", "startTime",
        ])
}
