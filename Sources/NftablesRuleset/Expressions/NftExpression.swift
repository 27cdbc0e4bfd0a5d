/// What the kernel runs: the register machine's instructions that this table needs, each with one file.
///
/// The description of each is the line that `nft --debug=netlink` prints for it, so that both can be compared as text.
public enum NftExpression: Hashable, Sendable {
    case meta(MetaLoad)
    case setMark(MarkStore)
    case payload(PayloadLoad)
    case conntrack(ConntrackLoad)
    case fib(ReversePathLookup)
    case bitwise(BitwiseMask)
    case compare(Comparison)
    case range(RangeComparison)
    case lookup(SetLookup)
    case counter
    case notrack
    case log(LogMessage)
    case reject(Rejection)
    case immediate(NftVerdict)
}

extension NftExpression: CustomStringConvertible {
    public var description: String {
        switch self {
        case .meta(let expression): expression.description
        case .setMark(let expression): expression.description
        case .payload(let expression): expression.description
        case .conntrack(let expression): expression.description
        case .fib(let expression): expression.description
        case .bitwise(let expression): expression.description
        case .compare(let expression): expression.description
        case .range(let expression): expression.description
        case .lookup(let expression): expression.description
        case .counter: "[ counter pkts 0 bytes 0 ]"
        case .notrack: "[ notrack ]"
        case .log(let expression): expression.description
        case .reject(let expression): expression.description
        case .immediate(.jump(let chain)): "[ immediate reg 0 jump -> \(chain) ]"
        case .immediate(.goto(let chain)): "[ immediate reg 0 goto -> \(chain) ]"
        case .immediate(let verdict): "[ immediate reg 0 \(verdict) ]"
        }
    }
}

/// A register of the machine, numbered as the kernel does (`enum nft_registers`).
///
/// Data is 16 words of 32 bits. Registers 1…4 name the words 0, 4, 8, 12 (16 bytes each), registers 8…23 the single
/// words; nft uses the former wherever they fit, and so does this table.
public struct NftRegister: Hashable, Sendable {
    public let number: UInt32

    /// The register that begins at a word, 0…15.
    init(word: Int) { number = word % 4 == 0 ? UInt32(word / 4 + 1) : UInt32(word + 8) }

    /// Where single values are loaded.
    public static let first = NftRegister(word: 0)
}

/// Register data as libnftnl prints it: 32-bit words of this machine, space between.
func registerWords(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 4).map { start in
        let word = ByteOrder.hostWord(bytes[start..<min(start + 4, bytes.count)])
        let hex = String(word, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - hex.count) + hex
    }.joined(separator: " ")
}
