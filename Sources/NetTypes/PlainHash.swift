/// Numbers of IPv4 connections of TCP and UDP: the shard of a pair of addresses, the same in every run, and a hash whose
/// keys are random, so that no capture can be made to collide. `dp_plain_decode16_avx512` of CVector computes the same.
@frozen public struct PlainHash: Sendable {
    /// A power of two, at most 64.
    public let shardCount: Int
    public let keys: (UInt32, UInt32, UInt32, UInt32)

    @inlinable public init(shardCount: Int, keys: (UInt32, UInt32, UInt32, UInt32)) {
        self.shardCount = shardCount
        self.keys = keys
    }

    /// With keys of its own.
    public init(shardCount: Int) {
        func random() -> UInt32 { .random(in: .min ... .max) }
        self.init(shardCount: shardCount, keys: (random(), random(), random(), random()))
    }

    /// - Parameters:
    ///   - a: the lower address; `b`: the higher one.
    @inlinable @inline(__always) public func shard(_ a: UInt32, _ b: UInt32) -> UInt8 {
        var mixed = (a &* 0x9e37_79b1) ^ (b &* 0x85eb_ca77)
        mixed = (mixed ^ mixed >> 15) &* 0xc2b2_ae3d
        return UInt8(truncatingIfNeeded: mixed >> 26) & UInt8(truncatingIfNeeded: shardCount &- 1)
    }

    /// NH (Black et al., UMAC, 1999) over two pairs of words, folded.
    ///
    /// - Parameters:
    ///   - a: the lower address; `b`: the higher one.
    ///   - ports: A's in the upper half.
    @inlinable @inline(__always) public func hash(_ a: UInt32, _ b: UInt32, _ ports: UInt32, _ proto: UInt8) -> UInt32 {
        let addresses = UInt64(a &+ keys.0) &* UInt64(b &+ keys.1)
        let sum = addresses &+ UInt64(ports &+ keys.2) &* UInt64(UInt32(proto) &+ keys.3)
        let folded = UInt32(truncatingIfNeeded: sum ^ sum >> 32) &* 0x9e37_79b1
        return folded ^ folded >> 15
    }
}
