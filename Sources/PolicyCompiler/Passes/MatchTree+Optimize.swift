public import Classification

/// What one pass made of a tree.
public struct PassReport: Sendable, Hashable {
    public var pass: String
    public var before: TreeStatistics
    public var after: TreeStatistics

    public init(pass: String, before: TreeStatistics, after: TreeStatistics) {
        self.pass = pass
        self.before = before
        self.after = after
    }

    /// The counts that it changed.
    public var changes: [(name: String, before: Int, after: Int)] {
        zip(before.rows, after.rows).filter { $0.value != $1.value }.map { ($0.name, $0.value, $1.value) }
    }
}

extension MatchTree {
    /// The tree after some passes, one after the other.
    public func optimized(by passes: [TreePass] = TreePass.all) -> MatchTree {
        passes.reduce(self) { tree, pass in tree.checked(pass) }
    }

    /// The same, with what each pass did.
    public func optimizedWithReports(by passes: [TreePass] = TreePass.all) -> (tree: MatchTree, reports: [PassReport]) {
        var tree = self
        var reports: [PassReport] = []
        var before = statistics
        for pass in passes {
            tree = tree.checked(pass)
            let after = tree.statistics
            reports.append(PassReport(pass: pass.name, before: before, after: after))
            before = after
        }
        return (tree, reports)
    }

    private func checked(_ pass: TreePass) -> MatchTree {
        let result = pass(self)
        assert(result.verify().isEmpty, "\(pass.name) broke an invariant: \(result.verify())")
        return result
    }
}
