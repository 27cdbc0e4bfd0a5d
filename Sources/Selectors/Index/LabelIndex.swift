/// Finds the objects that a selector selects without asking every one of them: labels lead to the few that can match,
/// and these are asked. The answer is that of a linear scan.
///
/// A selector costs the shortest list that bounds it: of `a == "x" && b == "y"` the rarer label. One that nothing bounds
/// (`!has(a)`, `a != "x"`) asks every object. Labels that objects inherit are kept once per inheritance.
public struct LabelIndex: Sendable {
    private let objects: [EffectiveLabels]
    /// Numbers of objects.
    private var own: LabelPostings
    /// Numbers of inheritances.
    private var inherited: LabelPostings
    /// Objects of each inheritance.
    private var heirs = NumberChains()

    /// - Parameters:
    ///   - objects: are known by their place in this list.
    ///   - names: labels that selectors mention; one that mentions others is answered as well, but slower.
    public init(_ objects: [EffectiveLabels], labels names: Set<String>) {
        self.objects = objects
        own = LabelPostings(names: names)
        inherited = LabelPostings(names: names)
        var numbers: [ObjectIdentifier: Int32] = [:]
        for (number, labels) in objects.enumerated() {
            own.add(labels.own, of: Int32(number))
            let inheritance = numbers[ObjectIdentifier(labels.inheritance)] ?? heirs.addChain()
            if heirs.count > numbers.count {
                numbers[ObjectIdentifier(labels.inheritance)] = inheritance
                for labels in labels.inheritance.labels { inherited.add(labels, of: inheritance) }
            }
            heirs.append(Int32(number), to: inheritance)
        }
        own.weigh { _ in 1 }
        let heirs = heirs
        inherited.weigh { heirs.count(of: $0) }
    }

    /// Places of the objects that the selector selects, ascending.
    public func matches(_ selector: Selector) -> [Int32] {
        switch bound(of: selector) {
        case .everything: (0..<Int32(objects.count)).filter { selector.matches(objects[Int($0)]) }
        case .atoms(let atoms, let weight):
            candidates(atoms, weight).filter { selector.matches(objects[Int($0)]) }
        }
    }

    /// How many objects are asked for the matches of a selector.
    public func cost(of selector: Selector) -> Int {
        switch bound(of: selector) {
        case .everything: objects.count
        case .atoms(_, let weight): weight
        }
    }

    /// Objects for which one of the atoms may hold, ascending, each once.
    private func candidates(_ atoms: [Selector.Instruction], _ weight: Int) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(weight)
        func add(_ name: String, _ value: String) {
            own.forEach(name, value: value) { found.append($0) }
            inherited.forEach(name, value: value) { heirs.forEach(of: $0) { found.append($0) } }
        }
        for atom in atoms {
            switch atom {
            case .equals(let label, let value): add(label, value)
            case .isIn(let label, let values): for value in values { add(label, value) }
            default:
                guard let label = atom.label else { continue }
                own.forEach(label) { found.append($0) }
                inherited.forEach(label) { heirs.forEach(of: $0) { found.append($0) } }
            }
        }
        return found.sortedDistinct
    }

    // MARK: Bounds

    private func bound(of selector: Selector) -> CandidateBound {
        var stack: [CandidateBound] = []
        for instruction in selector.program {
            switch instruction {
            case .not:
                stack.removeLast()
                stack.append(.everything)
            case .and(let count):
                let operands = Array(stack.suffix(count))
                stack.removeLast(count)
                stack.append(operands.reduce(.everything) { $0.and($1) })
            case .or(let count):
                let operands = Array(stack.suffix(count))
                stack.removeLast(count)
                stack.append(operands.reduce(into: .atoms([], weight: 0)) { $0.formOr($1) })
            default: stack.append(bound(of: instruction))
            }
        }
        return stack.last ?? .everything
    }

    private func bound(of atom: Selector.Instruction) -> CandidateBound {
        guard let label = atom.label, own.covers(label) else { return .everything }
        switch atom {
        case .equals(_, let value): return .atoms([atom], weight: weight(of: label, value))
        case .isIn(_, let values): return .atoms([atom], weight: values.reduce(0) { $0 + weight(of: label, $1) })
        case .has, .contains, .startsWith, .endsWith:
            return .atoms([atom], weight: own.weight(of: label) + inherited.weight(of: label))
        case .all, .global, .notEquals, .isNotIn, .not, .and, .or: return .everything
        }
    }

    private func weight(of label: String, _ value: String) -> Int {
        own.weight(of: label, value: value) + inherited.weight(of: label, value: value)
    }
}

extension [Int32] {
    /// Ascending, without repeats; lists that are so already stay as they are.
    fileprivate var sortedDistinct: [Int32] {
        let isAscending = indices.dropFirst().allSatisfy { self[$0 - 1] < self[$0] }
        if isAscending { return self }
        var distinct: [Int32] = []
        distinct.reserveCapacity(count)
        for number in sorted() where distinct.last != number { distinct.append(number) }
        return distinct
    }
}

extension Selector {
    /// Adds every label name that the expression mentions.
    public func insertLabelNames(into names: inout Set<String>) {
        for instruction in program {
            if let label = instruction.label { names.insert(label) }
        }
    }
}
