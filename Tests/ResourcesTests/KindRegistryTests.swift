import Diagnostics
import Testing

@testable import Resources

struct KindRegistryTests {
    private enum Outcome: Equatable {
        case decoded(Dialect)
        case notPolicy
        case noSuchKind(String?)
    }

    private func outcome(_ apiVersion: String, _ kind: String) -> Outcome {
        switch KindRegistry.meaning(apiVersion: apiVersion, kind: kind) {
        case .decode(_, let dialect): .decoded(dialect)
        case .notPolicy: .notPolicy
        case .noSuchKind(let hint): .noSuchKind(hint)
        }
    }

    @Test func formsOfOneKind() {
        #expect(outcome("networking.k8s.io/v1", "NetworkPolicy") == .decoded(.kubernetes))
        #expect(outcome("projectcalico.org/v3", "NetworkPolicy") == .decoded(.calico))
        #expect(outcome("crd.projectcalico.org/v1", "NetworkPolicy") == .decoded(.calicoStorage))
    }

    @Test(arguments: [
        ("extensions/v1beta1", "NetworkPolicy"), ("networking.k8s.io/v1beta1", "NetworkPolicy"),
        ("v1", "NetworkPolicy"),
        ("projectcalico.org/v1", "NetworkPolicy"), ("crd.projectcalico.org/v3", "NetworkPolicy"),
    ])
    func oldAndWrongForms(_ apiVersion: String, _ kind: String) {
        #expect(
            outcome(apiVersion, kind)
                == .noSuchKind("NetworkPolicy is networking.k8s.io/v1 or projectcalico.org/v3"))
    }

    @Test(arguments: [
        ("projectcalico.org/v3", "NetworkPolcy", "NetworkPolicy"),
        ("projectcalico.org/v3", "globalnetworkpolicy", "GlobalNetworkPolicy"),
        ("v1", "Podd", "Pod"), ("networking.k8s.io/v1", "Networkpolicy", "NetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicies", "ClusterNetworkPolicy"),
    ])
    func misspelledKinds(_ apiVersion: String, _ kind: String, _ meant: String) {
        #expect(outcome(apiVersion, kind) == .noSuchKind("did you mean \(meant)?"))
    }

    @Test(arguments: [
        ("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "Endpoints"), ("v1", "Event"), ("v1", "PersistentVolume"),
        ("v1", "PersistentVolumeClaim"), ("v1", "LimitRange"), ("v1", "ResourceQuota"), ("v1", "PodTemplate"),
        ("v1", "Binding"), ("v1", "ComponentStatus"), ("apps/v1", "ControllerRevision"),
        ("networking.k8s.io/v1", "Ingress"), ("networking.k8s.io/v1", "IngressClass"),
        ("networking.k8s.io/v1", "IPAddress"), ("networking.k8s.io/v1", "ServiceCIDR"),
        ("projectcalico.org/v3", "BGPPeer"), ("projectcalico.org/v3", "BGPFilter"),
        ("projectcalico.org/v3", "IPReservation"),
        ("projectcalico.org/v3", "IPAMConfiguration"), ("projectcalico.org/v3", "BlockAffinity"),
        ("projectcalico.org/v3", "KubeControllersConfiguration"), ("projectcalico.org/v3", "ClusterInformation"),
        ("projectcalico.org/v3", "CalicoNodeStatus"), ("crd.projectcalico.org/v1", "IPAMBlock"),
        ("crd.projectcalico.org/v1", "IPAMHandle"), ("serving.knative.dev/v1", "Service"),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"), ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    ])
    func kindsWithoutInfluence(_ apiVersion: String, _ kind: String) {
        #expect(outcome(apiVersion, kind) == .notPolicy)
    }

    @Test func noSuchKindStandsAtTheType() {
        let manifest = MarkedManifest("apiVersion: ▸extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: p}")
        #expect(manifest.found == manifest.expected("error apiVersion no-such-kind"))
        #expect(manifest.diagnostics.first?.notes.map(\.fieldPath) == ["kind"])
    }

    /// The table is made of the schemas that decode.
    @Test func supportTable() {
        let kinds = SupportTable.kinds
        func state(_ version: String, _ kind: String, _ path: String) -> FieldSupport.State? {
            kinds.first { $0.kind == kind && $0.apiVersions.contains(version) }?.fields.first { $0.path == path }?.state
        }
        let calico = "projectcalico.org/v3"
        #expect(state(calico, "GlobalNetworkPolicy", "spec.ingress.source.nets") == .supported)
        #expect(state(calico, "GlobalNetworkPolicy", "spec.preDNAT") == .supported)
        #expect(state("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "spec.order") == .supported)
        #expect(state(calico, "NetworkPolicy", "spec.performanceHints") == .noEffect(isChecked: true))
        #expect(state("v1", "Pod", "spec.containers.image") == .noEffect(isChecked: false))
        #expect(state("v1", "Pod", "metadata.name") == nil)
        #expect(state(calico, "BGPConfiguration", "spec.serviceClusterIPs.cidr") == .supported)
        #expect(kinds.flatMap(\.fields).count >= 500)
        guard case .reported? = state(calico, "NetworkPolicy", "spec.ingress.http"),
            case .reported? = state("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "spec.egress.to.nodes"),
            case .refused(unless: "false", _)? = state(calico, "FelixConfiguration", "spec.bpfEnabled"),
            case .refused(unless: nil, _)? = state(calico, "NetworkPolicy", "spec.egress.destination.domains")
        else {
            Issue.record("fields that are reported or refused")
            return
        }
    }
}
