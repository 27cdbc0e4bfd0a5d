import NetTypes

extension ResolvedCluster {
    /// What the cluster becomes once everything staged is carried out; `nil` when nothing is staged.
    ///
    /// Set, Learn and Ignore count alike (calico.md 1.6): each such policy is enforced in the place of the enforced policy
    /// that it stands for (same name and namespace, unstaged kind), whatever tier that is in, and takes part in the order
    /// as if it bore that policy's kind already. Delete removes that policy. Names stay those of the staged objects.
    public var enforcingStaged: ResolvedCluster? {
        let staged = tiers.flatMap(\.policies).filter(\.isStaged).map(\.name)
        guard !staged.isEmpty || !stagedDeletions.isEmpty else { return nil }
        let gone = Set(staged.compactMap(\.enforcedForm) + stagedDeletions.compactMap(\.name.enforcedForm))
        var preview = self
        preview.stagedDeletions = []
        for tier in preview.tiers.indices {
            let policies = tiers[tier].policies.filter { !gone.contains($0.name) }.map(\.enforced)
            preview.tiers[tier].policies = TierOrdering.inOrder(policies) { $0.name.enforcedForm ?? $0.name }
        }
        return preview
    }

    /// The cluster without any enforced policy: each counts as staged, and keeps its name.
    public var stagingEnforced: ResolvedCluster {
        var cluster = self
        for tier in cluster.tiers.indices {
            for policy in cluster.tiers[tier].policies.indices { cluster.tiers[tier].policies[policy].isStaged = true }
        }
        return cluster
    }

    func with(_ staging: Staging) -> ResolvedCluster {
        switch staging {
        case .asWritten: self
        case .allEnforced: enforcingStaged ?? self
        case .allStaged: stagingEnforced
        }
    }
}

extension ResolvedPolicy {
    fileprivate var enforced: ResolvedPolicy {
        var policy = self
        policy.isStaged = false
        return policy
    }
}
