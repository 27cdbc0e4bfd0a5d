/// The data registers of one evaluation: 64 bytes, seen as four registers of 16 bytes (1–4) or sixteen of 4 (8–23), as
/// `struct nft_regs` has them. Nothing clears them between rules.
struct Registers {
    private var bytes = InlineArray<64, UInt8>(repeating: 0)

    /// Where a register begins; checked against the file's end when an expression is loaded.
    struct Position: Hashable, Sendable {
        let offset: Int

        /// - Parameter number: `NFT_REG_1`…`NFT_REG_4` or `NFT_REG32_00`…`NFT_REG32_15`.
        /// - Returns: `nil` for other numbers, or when `length` bytes do not fit behind it.
        init?(number: UInt32, length: Int) {
            switch number {
            case 1...4: offset = Int(number - 1) * 16
            case 8...23: offset = Int(number - 8) * 4
            default: return nil
            }
            guard length >= 0, length <= 64 - offset else { return nil }
        }
    }

    func read(_ position: Position, _ count: Int) -> [UInt8] {
        (position.offset..<(position.offset + count)).map { bytes[$0] }
    }

    /// Stores bytes and pads the last 4-byte word with zeros.
    mutating func write(_ value: some Collection<UInt8>, at position: Position) {
        var offset = position.offset
        for byte in value {
            bytes[offset] = byte
            offset += 1
        }
        clearWord(after: position, value.count)
    }

    /// Sets what is left of the last word of `count` bytes to zero.
    mutating func clearWord(after position: Position, _ count: Int) {
        var offset = position.offset + count
        while offset % 4 != 0 {
            bytes[offset] = 0
            offset += 1
        }
    }

    func u32(_ position: Position) -> UInt32 {
        var word: UInt32 = 0
        for index in (0..<4).reversed() { word = word << 8 | UInt32(bytes[position.offset + index]) }
        return UInt32(littleEndian: word)
    }

    /// Stores a number in the machine's order.
    mutating func write(_ number: UInt32, at position: Position) {
        var word = number.littleEndian
        for index in 0..<4 {
            bytes[position.offset + index] = UInt8(truncatingIfNeeded: word)
            word >>= 8
        }
    }

    /// Stores one byte and clears the rest of its word.
    mutating func write(byte: UInt8, at position: Position) {
        for index in 0..<4 { bytes[position.offset + index] = index == 0 ? byte : 0 }
    }

    /// memcmp with bytes of the same count: negative, zero or positive.
    func compare(_ position: Position, with other: [UInt8]) -> Int {
        var offset = position.offset
        for byte in other {
            if bytes[offset] != byte { return Int(bytes[offset]) - Int(byte) }
            offset += 1
        }
        return 0
    }

    subscript(_ offset: Int) -> UInt8 {
        get { bytes[offset] }
        set { bytes[offset] = newValue }
    }
}
