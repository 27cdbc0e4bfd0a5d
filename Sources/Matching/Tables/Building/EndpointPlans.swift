import Classification
import NetTypes
import NetworkTopology

/// What tables need of every workload endpoint of one family: flat programs, and what its node does before them.
struct EndpointPlans {
    struct Plan {
        var program: FlatProgram
        var direction: Direction
        var ownAtoms: [UInt32]
    }

    /// By program; `nil` where no workload has it.
    private(set) var programs: [Plan?]
    let endpoints: [EndpointPrograms]
    let nodeOfEndpoint: [NodeIndex]
    /// By node: the number of its rules in each direction; `nil` where more than workloads' policy judges.
    private(set) var nodeRules: [(egress: Int, ingress: Int)?] = []
    /// By number.
    private(set) var rules: [[TableRule]] = []

    init<Number>(
        _ tree: MatchTree, _ nodes: [FrozenNode], family: IPFamily, _ templates: inout RuleTemplates<Number>
    ) {
        endpoints = tree.endpoints
        nodeOfEndpoint = tree.topology.endpoints.map(\.node)
        programs = Array(repeating: nil, count: tree.programs.count)
        for endpoint in endpoints {
            for id in [endpoint.ingress, endpoint.egress] where programs[id.value] == nil {
                let source = tree.programs[id.value]
                let program = FlatProgram(source, &templates)
                programs[id.value] = Plan(
                    program: program, direction: source.direction,
                    ownAtoms: program.ownAtoms(templates, source.direction))
            }
        }
        var numbers: [NodeRules: Int] = [:]
        for node in nodes {
            guard node.hosts.isEmpty, family == .v4 || node.policesIPv6 else {
                nodeRules.append(nil)
                continue
            }
            let both = [Direction.egress, .ingress].map { direction in
                let rules = NodeRules(node, family, direction)
                if let known = numbers[rules] { return known }
                numbers[rules] = self.rules.count
                self.rules.append(rules.rules(&templates))
                return self.rules.count - 1
            }
            nodeRules.append((both[0], both[1]))
        }
    }
}

/// Makes the tables of endpoints' programs, each once per kind of own address and rules of the node.
struct EndpointCompiler<Number: FixedWidthInteger & UnsignedInteger & Sendable> {
    private let plans: EndpointPlans
    private var specializer: ProgramSpecializer<Number>
    private let firstNumber: Int
    private(set) var tables: [ProgramTable] = []
    private var numbers: [Key: UInt32] = [:]
    /// Per program, the kinds of own addresses.
    private var kinds: [ClassPartition?]

    private struct Key: Hashable {
        var program: Int
        var kind: Int
        var rules: Int
    }

    init(_ plans: EndpointPlans, _ specializer: ProgramSpecializer<Number>, firstNumber: Int) {
        self.plans = plans
        self.specializer = specializer
        self.firstNumber = firstNumber
        kinds = Array(repeating: nil, count: plans.programs.count)
    }

    var rows: [Row] { specializer.rows.rows }
    /// By atom, how many of the tables ask for it.
    var usesOfAtom: [Int] { specializer.usesOfAtom }

    /// The numbers of an endpoint's tables; `nil` where its node judges by more.
    mutating func programs(of endpoint: EndpointIndex, _ addressClass: UInt32) -> (egress: UInt32, ingress: UInt32)? {
        guard let rules = plans.nodeRules[plans.nodeOfEndpoint[endpoint.value].value] else { return nil }
        let programs = plans.endpoints[endpoint.value]
        guard let egress = number(programs.egress, addressClass, rules.egress),
            let ingress = number(programs.ingress, addressClass, rules.ingress)
        else { return nil }
        return (egress, ingress)
    }

    private mutating func number(_ program: ProgramID, _ addressClass: UInt32, _ rules: Int) -> UInt32? {
        guard let plan = plans.programs[program.value] else { return nil }
        var kind = 0
        var own = AtomBits(count: 0)
        if !plan.ownAtoms.isEmpty {
            let kinds = self.kinds[program.value] ?? specializer.ownKinds(plan.ownAtoms)
            self.kinds[program.value] = kinds
            kind = kinds.group(of: addressClass)
            own = kinds.members[kind]
        }
        let key = Key(program: program.value, kind: kind, rules: rules)
        if let known = numbers[key] { return known }
        let number = UInt32(firstNumber + tables.count)
        numbers[key] = number
        tables.append(
            specializer.table(
                plan.program, plan.direction, ownAtoms: plan.ownAtoms, own: own, first: plans.rules[rules]))
        return number
    }
}
