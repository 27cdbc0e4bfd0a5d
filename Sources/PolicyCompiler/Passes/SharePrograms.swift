import Classification
import NetTypes
import NetworkTopology

extension TreePass {
    /// Turns equal lists of policies and profiles into one program for all the endpoints that have them.
    /// Safe: endpoints with one program meet the same rules in the same order, and its ends say the same.
    static let sharePrograms = TreePass(
        "share-programs", "turns equal policy lists of endpoints into one"
    ) { tree in
        var tree = tree
        var numbers: [ProgramID] = []
        var known: [Program: ProgramID] = [:]
        var kept: [Program] = []
        for program in tree.programs {
            let key = program.withoutSites
            if let id = known[key] {
                numbers.append(id)
                continue
            }
            let id = ProgramID(kept.count)
            known[key] = id
            kept.append(program)
            numbers.append(id)
        }
        guard kept.count < tree.programs.count else { return tree }
        tree.programs = kept
        tree.endpoints = tree.endpoints.map { $0.replacing(numbers) }
        tree.hostEndpoints = tree.hostEndpoints.map { $0.replacing(numbers) }
        tree.renumberSites()
        return tree
    }
}

extension Program {
    /// What two programs must share to be one: sites are only names.
    fileprivate var withoutSites: Program {
        var program = self
        let nothing = SiteID(0)
        for tier in program.tiers.indices where program.tiers[tier].endOfTierDrop != nil {
            program.tiers[tier].endOfTierDrop = nothing
        }
        if case .drop = program.end { program.end = .drop(nothing) }
        return program
    }
}

extension EndpointPrograms {
    fileprivate func replacing(_ numbers: [ProgramID]) -> EndpointPrograms {
        EndpointPrograms(ingress: numbers[ingress.value], egress: numbers[egress.value])
    }
}

extension HostEndpointPrograms {
    fileprivate func replacing(_ numbers: [ProgramID]) -> HostEndpointPrograms {
        HostEndpointPrograms(
            untracked: untracked?.replacing(numbers), preDNAT: preDNAT.map { numbers[$0.value] },
            normal: normal.replacing(numbers), forward: forward.replacing(numbers))
    }
}
