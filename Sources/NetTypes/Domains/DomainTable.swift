/// What makes an address one of a name's.
public struct DomainRecord: Hashable, Sendable {
    /// Who said so.
    public enum Origin: Hashable, Sendable {
        /// `path:line` of a mapping file.
        case mapping(place: String)
        /// The frame of a capture that answered.
        case answer(frame: Int)
    }

    /// Normalized.
    public var name: String
    public var address: IPAddress
    /// Seconds that the address holds; `nil`: for ever.
    public var timeToLive: UInt32?
    public var origin: Origin

    public init(name: String, address: IPAddress, timeToLive: UInt32?, origin: Origin) {
        self.name = name
        self.address = address
        self.timeToLive = timeToLive
        self.origin = origin
    }
}

extension DomainRecord: CustomStringConvertible {
    /// `203.0.113.5 answered for api.example.com in frame 17, TTL 60 s`
    public var description: String {
        let life = timeToLive.map { ", TTL \($0) s" } ?? ""
        return switch origin {
        case .mapping(let place): "\(address) is mapped to \(name) (\(place))\(life)"
        case .answer(let frame): "\(address) answered for \(name) in frame \(frame)\(life)"
        }
    }
}

/// The addresses known of domain names: a name and an address, each pair once.
public struct DomainTable: Sendable {
    private var byName: [String: [DomainRecord]] = [:]
    private var namesOfAddress: [IPAddress: Set<String>] = [:]

    public init() {}

    /// A record of the same name and address is replaced.
    public mutating func insert(_ record: DomainRecord) {
        remove(record.address, of: record.name)
        byName[record.name, default: []].append(record)
        namesOfAddress[record.address, default: []].insert(record.name)
    }

    public mutating func remove(_ address: IPAddress, of name: String) {
        guard namesOfAddress[address]?.remove(name) != nil else { return }
        if namesOfAddress[address]?.isEmpty == true { namesOfAddress[address] = nil }
        byName[name]?.removeAll { $0.address == address }
        if byName[name]?.isEmpty == true { byName[name] = nil }
    }

    public func record(of address: IPAddress, named name: String) -> DomainRecord? {
        byName[name]?.first { $0.address == address }
    }

    /// Why the address belongs to one of the patterns; of several names the first in bytewise order. `nil`: to none.
    public func record(of address: IPAddress, in patterns: [DomainPattern]) -> DomainRecord? {
        let names = namesOfAddress[address] ?? []
        let first = names.filter { name in patterns.contains { $0.matches(name) } }
            .min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return first.flatMap { record(of: address, named: $0) }
    }

    /// One record for each address of the names that match any of the patterns, the longest-lived; by address.
    public func records(of patterns: [DomainPattern]) -> [DomainRecord] {
        let exact = patterns.filter { !$0.isWildcard }.compactMap { byName[$0.text] }
        let wildcards = patterns.filter(\.isWildcard)
        let wild =
            wildcards.isEmpty
            ? [] : byName.filter { name, _ in wildcards.contains { $0.matches(name) } }.map(\.value)
        var best: [IPAddress: DomainRecord] = [:]
        for record in (exact + wild).joined() {
            if let known = best[record.address], known.outlives(record) { continue }
            best[record.address] = record
        }
        return best.values.sorted { $0.address < $1.address }
    }
}

extension DomainRecord {
    /// In favour of the name that sorts first when both live as long.
    fileprivate func outlives(_ other: DomainRecord) -> Bool {
        let (mine, its) = (timeToLive ?? .max, other.timeToLive ?? .max)
        return mine == its ? !other.name.utf8.lexicographicallyPrecedes(name.utf8) : mine > its
    }
}
