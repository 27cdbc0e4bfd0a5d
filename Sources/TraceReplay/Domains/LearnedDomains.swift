import Classification
import Matching
import NetTypes
import PacketDecoding

/// The addresses that one emulated node knows of the names its rules follow: those of the mapping for good, those of
/// DNS answers from the answer's packet on until their time to live is over, without grace.
///
/// Names that no rule follows are not kept. At most `capacity` learned pairs of name and address; one more drives out
/// the pair that would lapse first.
struct LearnedDomains: Sendable {
    /// The sets to keep, with what they follow.
    private let sets: [(id: IPSetID, domains: DomainMembers)]
    private let mapped: DomainTable
    private let capacity: Int
    private var learned = DomainTable()
    /// When each pair lapses.
    private var ends: [DomainKey: Int64] = [:]
    private var queue = ExpiryQueue()
    /// How many names make an address a member, per set.
    private var reasons: [Membership: Int] = [:]
    /// What lapsed last of each address, for telling why a packet came too late.
    private var lapsed: [IPAddress: DomainRecord] = [:]
    private(set) var evictions = 0

    private struct Membership: Hashable {
        var set: IPSetID
        var address: IPAddress
    }

    init(_ tree: MatchTree, capacity: Int) {
        sets = tree.domainSets
        mapped = tree.domains
        self.capacity = max(1, capacity)
        for set in sets {
            for member in set.domains.members { reasons[Membership(set: set.id, address: member.address)] = 1 }
        }
    }

    /// Takes an answer into the sets of `matcher`.
    mutating func learn(_ answer: DomainAnswer, time: Int64, _ matcher: inout Matcher) {
        for binding in answer.bindings where sets.contains(where: { $0.domains.follows(binding.name) }) {
            learn(binding, frame: answer.frame, time: time, &matcher)
        }
    }

    private mutating func learn(_ binding: DNSBinding, frame: Int, time: Int64, _ matcher: inout Matcher) {
        let key = DomainKey(name: binding.name, address: binding.address)
        let end = time.addingReportingOverflow(Int64(binding.timeToLive) * 1_000_000_000)
        let lapse = end.overflow ? Int64.max : end.partialValue
        guard lapse > time else { return }
        if let known = ends[key] {
            // An answer never shortens what an earlier one promised.
            guard lapse > known else { return }
        } else {
            while ends.count >= capacity, let first = queue.removeFirst() {
                guard ends[first.key] == first.time else { continue }
                evictions += 1
                forget(first.key, &matcher)
            }
            join(key, &matcher)
        }
        learned.insert(
            DomainRecord(
                name: key.name, address: key.address, timeToLive: binding.timeToLive, origin: .answer(frame: frame)))
        ends[key] = lapse
        queue.insert(ExpiryQueue.Entry(time: lapse, key: key))
        if queue.count > 2 * ends.count + 64 { queue.compact { ends[$0.key] == $0.time } }
    }

    /// Takes out of the sets what has lapsed by `time`.
    mutating func expire(_ time: Int64, _ matcher: inout Matcher) {
        while let first = queue.first, first.time <= time {
            _ = queue.removeFirst()
            guard ends[first.key] == first.time else { continue }
            if let record = learned.record(of: first.key.address, named: first.key.name) {
                if lapsed.count >= capacity { lapsed.removeAll() }
                lapsed[first.key.address] = record
            }
            forget(first.key, &matcher)
        }
    }

    /// Why the address belongs to one of the names, or did last.
    func evidence(_ address: IPAddress, _ patterns: [DomainPattern]) -> DomainEvidence? {
        if let record = mapped.record(of: address, in: patterns) ?? learned.record(of: address, in: patterns) {
            return DomainEvidence(record: record, hasLapsed: false)
        }
        guard let record = lapsed[address], patterns.contains(where: { $0.matches(record.name) }) else { return nil }
        return DomainEvidence(record: record, hasLapsed: true)
    }

    // MARK: Members

    private mutating func join(_ key: DomainKey, _ matcher: inout Matcher) {
        for set in sets where set.domains.follows(key.name) {
            let membership = Membership(set: set.id, address: key.address)
            if reasons[membership] == nil { matcher.insert(key.address, into: set.id) }
            reasons[membership, default: 0] += 1
        }
    }

    private mutating func forget(_ key: DomainKey, _ matcher: inout Matcher) {
        ends[key] = nil
        learned.remove(key.address, of: key.name)
        for set in sets where set.domains.follows(key.name) {
            let membership = Membership(set: set.id, address: key.address)
            let left = (reasons[membership] ?? 1) - 1
            reasons[membership] = left > 0 ? left : nil
            if left <= 0 { matcher.remove(key.address, from: set.id) }
        }
    }
}

extension DomainMembers {
    fileprivate func follows(_ name: String) -> Bool { patterns.contains { $0.matches(name) } }
}
