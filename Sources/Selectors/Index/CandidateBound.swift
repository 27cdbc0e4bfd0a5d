/// Which objects a selector, or a part of one, can match at most.
enum CandidateBound {
    /// Nothing is known.
    case everything
    /// Only objects for which one of these atoms holds; with repeats there are `weight` of them.
    case atoms([Selector.Instruction], weight: Int)

    /// Both parts must match: the lighter bound will do.
    func and(_ other: CandidateBound) -> CandidateBound {
        guard case .atoms(_, let weight) = self else { return other }
        guard case .atoms(_, let others) = other else { return self }
        return others < weight ? other : self
    }

    /// One part must match.
    mutating func formOr(_ other: CandidateBound) {
        guard case .atoms(var atoms, let weight) = self, case .atoms(let others, let otherWeight) = other else {
            self = .everything
            return
        }
        self = .everything
        atoms += others
        self = .atoms(atoms, weight: weight + otherWeight)
    }
}
