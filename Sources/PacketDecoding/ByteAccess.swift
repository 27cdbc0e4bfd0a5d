/// Big-endian reads. The caller has checked the bounds; an offset outside traps, as every subscript does.
extension Span where Element == UInt8 {
    @inline(__always) func uint16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    @inline(__always) func uint32(at offset: Int) -> UInt32 {
        UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2))
    }

    @inline(__always) func uint64(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset + 4))
    }

    @inline(__always) func uint128(at offset: Int) -> UInt128 {
        UInt128(uint64(at: offset)) << 64 | UInt128(uint64(at: offset + 8))
    }
}
