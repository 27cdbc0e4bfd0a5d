import Classification
import NetTypes
import PolicyIR
import Selectors

/// Which policies have which endpoints: endpoints that the same selectors select are one class, so that the lists of
/// policies are made once per class, and a selector that many policies share is evaluated once.
struct PolicyClasses {
    /// Place of a policy in the order of evaluation over all tiers.
    typealias Rank = Int32

    /// What decides where a policy counts, apart from its large rest.
    struct Traits {
        var tier: Int32
        /// In the tier's list.
        var position: Int32
        var isStaged: Bool
        var governsIngress: Bool
        var governsEgress: Bool
        /// Bit by `PolicyStage.rawValue`.
        var stages: UInt8

        func isOf(_ stage: PolicyStage) -> Bool { stages >> stage.rawValue & 1 == 1 }

        func governs(_ direction: Direction, _ stage: PolicyStage) -> Bool {
            isOf(stage) && (direction == .ingress ? governsIngress : governsEgress)
        }
    }

    /// By rank.
    private(set) var traits: [Traits] = []
    /// Class of each subject, in the order given.
    private(set) var classes: [Int32]
    /// Subjects of a class are those of its parent that one more selector selects; class 0 has no selector.
    private var parents: [(parent: Int32, selector: Int32)] = [(-1, -1)]
    /// By selector, ascending.
    private var policies: [[Rank]] = []

    /// - Parameter subjects: objects that have policy, by their place in `cluster.objects`.
    init(_ cluster: ResolvedCluster, subjects: [Int]) {
        classes = Array(repeating: 0, count: subjects.count)
        var numbers: [Selector: Int32] = [:]
        var selectors: [Selector] = []
        var names: Set<String> = []
        for (tierIndex, tier) in cluster.tiers.enumerated() {
            for position in tier.policies.indices {
                let selector = tier.policies[position].selector
                let number = numbers[selector] ?? Int32(selectors.count)
                if number == selectors.count {
                    numbers[selector] = number
                    selectors.append(selector)
                    policies.append([])
                    selector.insertLabelNames(into: &names)
                }
                policies[Int(number)].append(Rank(traits.count))
                traits.append(Traits(tier.policies[position], tier: tierIndex, position: position))
            }
        }
        guard !subjects.isEmpty, !selectors.isEmpty else { return }
        let index = LabelIndex(subjects.map { cluster.objects[$0].labels }, labels: names)
        for (number, selector) in selectors.enumerated() { split(by: Int32(number), index.matches(selector)) }
    }

    /// Classes made on the way included, which may have lost all of their subjects.
    var classCount: Int { parents.count }

    /// Moves the selected subjects of each class into a class of their own.
    private mutating func split(by selector: Int32, _ selected: [Int32]) {
        var moved: [Int32: Int32] = [:]
        for subject in selected {
            let old = classes[Int(subject)]
            let new = moved[old] ?? Int32(parents.count)
            if new == parents.count {
                moved[old] = new
                parents.append((old, selector))
            }
            classes[Int(subject)] = new
        }
    }

    /// The policies, staged ones included, whose selectors select the subjects of a class, in order of evaluation.
    func policies(of number: Int32) -> [Rank] {
        var ranks: [Rank] = []
        var number = number
        while parents[Int(number)].parent >= 0 {
            ranks += policies[Int(parents[Int(number)].selector)]
            number = parents[Int(number)].parent
        }
        return ranks.sorted()
    }
}

extension PolicyClasses.Traits {
    fileprivate init(_ policy: ResolvedPolicy, tier: Int, position: Int) {
        self.init(
            tier: Int32(tier), position: Int32(position), isStaged: policy.isStaged,
            governsIngress: policy.governsIngress, governsEgress: policy.governsEgress,
            stages: policy.stages.reduce(0) { $0 | 1 << $1.rawValue })
    }
}
