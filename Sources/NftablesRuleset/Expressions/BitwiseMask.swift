/// Keeps the masked bits of a register and turns others around: `(register & mask) ^ xor` (`nft_bitwise.c`).
public struct BitwiseMask: Hashable, Sendable {
    public var register: NftRegister
    /// As long as the data.
    public var mask: [UInt8]
    /// As long as the mask.
    public var xor: [UInt8]

    init(register: NftRegister, mask: [UInt8], xor: [UInt8]? = nil) {
        self.register = register
        self.mask = mask
        self.xor = xor ?? Array(repeating: 0, count: mask.count)
    }
}

extension BitwiseMask: CustomStringConvertible {
    public var description: String {
        "[ bitwise reg \(register.number) = ( reg \(register.number) & \(registerWords(mask)) ) ^ \(registerWords(xor)) ]"
    }
}
