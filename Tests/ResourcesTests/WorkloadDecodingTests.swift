import NetTypes
import Selectors
import Testing

@testable import Resources

struct WorkloadDecodingTests {
    private static let template =
        "{metadata: {labels: {app: a}}, "
        + "spec: {hostNetwork: true, containers: [{ports: [{containerPort: 80, name: http}]}]}}"

    @Test(arguments: [
        ("apps/v1", "Deployment", "{replicas: 3, template: \(template)}", 3),
        ("apps/v1", "StatefulSet", "{template: \(template)}", 1),
        ("apps/v1beta1", "Deployment", "{template: \(template)}", 1),
        ("extensions/v1beta1", "DaemonSet", "{template: \(template)}", 1),
        ("apps/v1", "ReplicaSet", "{replicas: 0, template: \(template)}", 0),
        ("v1", "ReplicationController", "{replicas: 2, selector: {app: a}, template: \(template)}", 2),
        ("batch/v1", "Job", "{parallelism: 0, template: \(template)}", 0),
        (
            "batch/v1beta1", "CronJob",
            "{schedule: '* * * * *', jobTemplate: {spec: {parallelism: 2, template: \(template)}}}", 2
        ),
    ])
    func kinds(_ apiVersion: String, _ kind: String, _ spec: String, _ replicas: Int) throws {
        let manifest = MarkedManifest(
            "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: w, namespace: ns}\nspec: \(spec)")
        #expect(manifest.found == [])
        let workload = try #require(manifest.snapshot.workloads.first)
        #expect(workload.kind.rawValue == kind && workload.replicas == replicas)
        #expect(workload.template.labels["app"] == "a" && workload.template.name == "w")
        #expect(workload.template.namespace == "ns" && workload.spec.hostNetwork)
        #expect(workload.spec.namedPorts.map(\.name) == ["http"])
    }

    @Test func refused() {
        let manifest = MarkedManifest(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: w}
            spec:
              replicas: ▸-1
              ▸replica: 2
              template:
                metadata: {labels: {app: ▸1.0}}
                spec: {containers: [{ports: [{containerPort: ▸0}]}]}
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error spec.replicas invalid-value", "warning spec.replica unknown-field",
                    "error spec.template.metadata.labels wrong-type",
                    "error spec.template.spec.containers[0].ports[0].containerPort required-value"))
        #expect(manifest.snapshot.workloads.isEmpty)
    }

    /// All seven, and each in the table.
    @Test func everyKindIsRegistered() {
        let registered = Set(KindDefinition.workloads.map(\.kind))
        #expect(registered == Set(Workload.Kind.allCases.map(\.rawValue)))
    }
}
