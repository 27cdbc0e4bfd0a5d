import Diagnostics
import NetTypes
import PolicyIR
import Testing

/// The preview as a value: who is in which tier, in which order, under which name.
@Suite struct StagedPreviewTests {
    private func policies(_ cluster: ResolvedCluster) -> [String] {
        cluster.tiers.flatMap { tier in
            tier.policies.map { "\(tier.name): \($0.name)\($0.isStaged ? " (staged)" : "")" }
        }
    }

    @Test func nothingStagedHasNoPreview() {
        let resolved = ResolvedText(
            "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: x}\nspec: {}")
        #expect(resolved.cluster.enforcingStaged == nil)
    }

    @Test("Ties go as after promotion: KubernetesNetworkPolicy before NetworkPolicy, staged or not")
    func tiesGoByTheEnforcedKind() throws {
        let resolved = ResolvedText(
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: x, namespace: a}
            spec: {order: 1000}
            ---
            apiVersion: projectcalico.org/v3
            kind: StagedKubernetesNetworkPolicy
            metadata: {name: x, namespace: a}
            spec: {podSelector: {}}
            """)
        #expect(policies(resolved.cluster) == ["default: np/a/x", "default: sknp/a/x (staged)"])
        #expect(policies(try #require(resolved.cluster.enforcingStaged)) == ["default: sknp/a/x", "default: np/a/x"])
    }

    @Test("Delete stands in no tier, and removes from any")
    func deletionsStandInNoTier() throws {
        let resolved = ResolvedText(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: early}
            spec: {order: 1}
            ---
            {apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: early.x, namespace: a}, \
            spec: {tier: early}}
            ---
            {apiVersion: projectcalico.org/v3, kind: StagedNetworkPolicy, metadata: {name: early.x, namespace: a}, \
            spec: {tier: early, stagedAction: Delete}}
            ---
            {apiVersion: projectcalico.org/v3, kind: StagedNetworkPolicy, metadata: {name: x, namespace: a}, \
            spec: {stagedAction: Delete}}
            """)
        #expect(policies(resolved.cluster) == ["early: np/a/early.x"])
        #expect(resolved.cluster.stagedDeletions.map(\.name.description) == ["snp/a/early.x", "snp/a/x"])
        #expect(resolved.diagnostics.map(\.id) == ["staged-delete"])
        let preview = try #require(resolved.cluster.enforcingStaged)
        #expect(policies(preview) == [] && preview.stagedDeletions == [])
        let text = resolved.cluster.text
        #expect(text.contains("snp/a/early.x (staged) deletes np/a/early.x  # test.yaml:8\n"))
    }

    @Test func asStagedKeepsNames() throws {
        let resolved = ResolvedText(
            "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: x}\nspec: {order: 1}")
        let staged = resolved.cluster.stagingEnforced
        #expect(policies(staged) == ["default: gnp/x (staged)"])
        #expect(staged.text.contains("  gnp/x (staged) order 1.0 on "))
        #expect(policies(try #require(staged.enforcingStaged)) == ["default: gnp/x"])
    }
}
