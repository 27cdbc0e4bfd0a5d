import ManifestReading

extension KindDefinition {
    /// The seven kinds that hold a pod template, in every group version in which they were ever served.
    static let workloads: [KindDefinition] = [
        workload(.deployment, APIGroup.apps, ["v1", "v1beta1", "v1beta2"]),
        workload(.statefulSet, APIGroup.apps, ["v1", "v1beta1", "v1beta2"]),
        workload(.daemonSet, APIGroup.apps, ["v1", "v1beta2"]),
        workload(.replicaSet, APIGroup.apps, ["v1", "v1beta2"]),
        workload(.deployment, APIGroup.extensions, ["v1beta1"]),
        workload(.daemonSet, APIGroup.extensions, ["v1beta1"]),
        workload(.replicaSet, APIGroup.extensions, ["v1beta1"]),
        workload(.replicationController, APIGroup.core, ["v1"]),
        workload(.job, APIGroup.batch, ["v1"]),
        workload(.cronJob, APIGroup.batch, ["v1", "v1beta1"]),
    ]

    private static func workload(_ kind: Workload.Kind, _ group: String, _ versions: [String]) -> KindDefinition {
        KindDefinition(
            group, versions, kind.rawValue, isNamespaced: true,
            consequence: "the \(kind.rawValue) is refused: what-if modes make no pods of it",
            schema: .resource([.used("spec", .workloadSpec(kind))])
        ) { root, meta in Workload.decode(root["spec"], meta, kind).map { .workload($0) } }
    }
}

extension ObjectSchema {
    fileprivate static func workloadSpec(_ kind: Workload.Kind) -> ObjectSchema {
        switch kind {
        case .job: jobSpec
        case .cronJob:
            ObjectSchema(
                [.used("jobTemplate", ObjectSchema([.used("metadata", objectMeta), .used("spec", jobSpec)]))],
                ignored: [
                    "concurrencyPolicy", "failedJobsHistoryLimit", "schedule", "startingDeadlineSeconds",
                    "successfulJobsHistoryLimit", "suspend", "timeZone",
                ])
        default:
            ObjectSchema(
                [.used("replicas"), .used("template", podTemplate)],
                ignored: [
                    "selector", "strategy", "updateStrategy", "minReadySeconds", "revisionHistoryLimit", "paused",
                    "progressDeadlineSeconds", "serviceName", "volumeClaimTemplates", "podManagementPolicy",
                    "ordinals", "persistentVolumeClaimRetentionPolicy", "templateGeneration", "rollbackTo",
                ])
        }
    }

    private static let podTemplate = ObjectSchema([.used("metadata", objectMeta), .used("spec", podSpec)])

    private static let jobSpec = ObjectSchema(
        [.used("parallelism"), .used("template", podTemplate)],
        ignored: [
            "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "completionMode", "completions",
            "managedBy", "manualSelector", "maxFailedIndexes", "podFailurePolicy", "podReplacementPolicy", "selector",
            "successPolicy", "suspend", "ttlSecondsAfterFinished",
        ])
}

extension Workload {
    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta, _ kind: Kind) -> Workload? {
        guard var spec = field.object(ifAbsent: .empty) else { return nil }
        if kind == .cronJob {
            guard let job = spec["jobTemplate"].object(ifAbsent: .empty),
                let jobSpec = job["spec"].object(ifAbsent: .empty)
            else { return nil }
            spec = jobSpec
        }
        let isJob = kind == .job || kind == .cronJob
        let replicas = spec[isJob ? "parallelism" : "replicas"].integer(
            in: 0...Int(Int32.max), otherwise: { .invalidValue(printed: "\($0)", "must be greater than or equal to 0") }
        )
        guard let template = spec["template"].object(ifAbsent: .empty),
            let metadata = template["metadata"].object(ifAbsent: .empty),
            let podSpec = template["spec"].object(ifAbsent: .empty)
        else { return nil }
        let templateMeta = ObjectMeta(
            name: meta.name, namespace: meta.namespace, labels: metadata["labels"].labels(),
            annotations: metadata["annotations"].annotations(), location: template.field.location)
        return Workload(
            kind: kind, meta: meta, replicas: replicas ?? 1, template: templateMeta,
            spec: PodSpec(decoding: podSpec))
    }
}
