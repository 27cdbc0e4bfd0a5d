/// Keeps the masked bits of a register (`nft_bitwise.c` with an exclusive-or of zero).
public struct BitwiseMask: Hashable, Sendable {
    public var register: NftRegister
    /// As long as the data.
    public var mask: [UInt8]
}

extension BitwiseMask: CustomStringConvertible {
    public var description: String {
        let zeros = registerWords(Array(repeating: 0, count: mask.count))
        return "[ bitwise reg \(register.number) = ( reg \(register.number) & \(registerWords(mask)) ) ^ \(zeros) ]"
    }
}
