/// Transport ports `first…last`, both inclusive, host arithmetic.
@frozen public struct PortRange: Hashable, Comparable, Sendable {
    public let first: UInt16
    public let last: UInt16

    /// `first` must not exceed `last`.
    @inlinable public init(_ first: UInt16, _ last: UInt16) {
        precondition(first <= last, "empty port range")
        self.first = first
        self.last = last
    }

    @inlinable public init(_ port: UInt16) { self.init(port, port) }

    @inlinable public func contains(_ port: UInt16) -> Bool { first <= port && port <= last }

    @inlinable public static func < (a: PortRange, b: PortRange) -> Bool {
        a.first == b.first ? a.last < b.last : a.first < b.first
    }

    /// Sorted, with overlapping and touching ranges joined: the shortest list with the same members.
    public static func merged(_ ranges: some Sequence<PortRange>) -> [PortRange] {
        var result: [PortRange] = []
        for range in ranges.sorted() {
            if let previous = result.last, Int(range.first) <= Int(previous.last) + 1 {
                result[result.count - 1] = PortRange(previous.first, max(previous.last, range.last))
            } else {
                result.append(range)
            }
        }
        return result
    }
}

extension PortRange: CustomStringConvertible {
    /// `80`, or `80-90` as nftables writes it.
    public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
