import CVector
public import NetTypes

extension DecisionTables.InstructionSet {
    /// What was asked for, if this CPU has it.
    static func best(_ wanted: Self?) -> Self {
        if let wanted, wanted.isAvailable { return wanted }
        return available.last ?? .scalar
    }

    /// What classifies a batch.
    fileprivate var loop: @convention(c) (UnsafePointer<dp_tables>?, UnsafePointer<dp_batch>?) -> Void {
        switch self {
        case .scalar:
            { tables, batch in
                if let tables = unsafe tables, let batch = unsafe batch {
                    unsafe tables.pointee.classify(batch.pointee)
                }
            }
        case .avx2: unsafe dp_classify_avx2
        case .avx512: unsafe dp_classify_avx512
        }
    }

    var isAvailable: Bool {
        switch self {
        case .scalar: true
        case .avx2: dp_has_avx2() != 0
        case .avx512: dp_has_avx512() != 0
        }
    }
}

extension DecisionTables {
    /// Classifies a batch of IPv4 packets: any number, best some hundreds. Allocates nothing.
    ///
    /// All pointers lead to `count` elements. Addresses are numbers in host order, services as `service(of:)` gives
    /// them, entries `TableEntry.raw`. A packet of which an entry needs evaluation has both 0; one that its sender's
    /// policy denies has `notAsked` at the other end.
    ///
    /// - Parameter cache: of these tables (`makeCache()`), where packets come again.
    public func classify4(
        count: Int, sources: UnsafePointer<UInt32>, destinations: UnsafePointer<UInt32>,
        services: UnsafePointer<UInt32>, egress: UnsafeMutablePointer<UInt32>, ingress: UnsafeMutablePointer<UInt32>,
        cache: VerdictCache? = nil
    ) {
        guard let v4 else {
            for index in 0..<count {
                unsafe egress[index] = 0
                unsafe ingress[index] = 0
            }
            return
        }
        var batch = unsafe dp_batch(
            count: count, sources: sources, destinations: destinations, services: services, egress: egress,
            ingress: ingress)
        unsafe v4.storage.withTables { tables in
            var tables = unsafe copy tables
            guard let cache else { return unsafe instructionSet.loop(&tables, &batch) }
            unsafe cache.withState(v4.storage) { state in
                guard let state = unsafe state else { return unsafe instructionSet.loop(&tables, &batch) }
                if instructionSet == .avx512 {
                    unsafe dp_classify_cached_avx512(&tables, &batch, state)
                } else {
                    unsafe dp_classify_cached(&tables, &batch, state, instructionSet.loop)
                }
            }
        }
    }

    /// A cache of what these tables say of IPv4 packets, for one thread; `nil` where there are more rules than it can
    /// tell apart, 2^22.
    public func makeCache() -> VerdictCache? {
        v4.flatMap { $0.storage.fitsInCache ? VerdictCache($0.storage) : nil }
    }
}

extension DecisionTables {
    /// Both ends' entries.
    public typealias Answer = (egress: TableEntry, ingress: TableEntry)

    /// The same as one by one, IPv4 in one batch: for callers without arrays of numbers.
    public func classify(_ keys: [FlowKey], cache: VerdictCache? = nil) -> [Answer] {
        var answers = keys.map { $0.family == .v4 ? Answer(.evaluate, .evaluate) : classify($0) }
        let places = keys.indices.filter { keys[$0].family == .v4 && keys[$0].source.family == .v4 }
        let sources = places.map { UInt32(truncatingIfNeeded: keys[$0].source.bits) }
        let destinations = places.map { UInt32(truncatingIfNeeded: keys[$0].destination.bits) }
        let services = places.map { DecisionTables.service(of: keys[$0]) }
        let blank = [UInt32](repeating: 0, count: places.count)
        var (egress, ingress) = (blank, blank)
        unsafe classify4(
            count: places.count, sources: sources, destinations: destinations, services: services, egress: &egress,
            ingress: &ingress, cache: cache)
        for (index, place) in places.enumerated() {
            answers[place] = (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
        }
        return answers
    }
}

extension dp_tables {
    /// The batch in plain Swift.
    fileprivate func classify(_ batch: dp_batch) {
        for index in unsafe 0..<batch.count {
            let (source, destination) = unsafe (batch.sources[index], batch.destinations[index])
            let entries = unsafe entries(
                source: recordNumber(source), destination: recordNumber(destination),
                service: serviceClass(batch.services[index]))
            unsafe batch.egress[index] = entries.egress
            unsafe batch.ingress[index] = entries.ingress
        }
    }
}
