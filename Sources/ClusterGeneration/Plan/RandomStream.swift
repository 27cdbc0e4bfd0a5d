/// SplitMix64: numbers that depend on the seed alone, on every machine and in every release.
struct RandomStream: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A stream of its own for one thing out of many.
    init(seed: UInt64, _ purpose: Purpose, _ index: Int = 0) {
        state = RandomStream.mixed(seed &+ purpose.rawValue &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(index) << 8)
    }

    /// What a stream is for: equal indices of different things must not be alike.
    enum Purpose: UInt64 {
        case pod = 1
        case app
        case element
        case conversations
        case packets
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return RandomStream.mixed(state)
    }

    /// 0 up to, not including, `bound`, by the high half of a product: the bias is below 2^-32.
    mutating func number(below bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
