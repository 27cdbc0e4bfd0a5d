/// What is known of an address, or of all addresses that nothing tells apart: 16 bytes, the layout of `dp_record`.
struct AddressRecord: Hashable, Sendable {
    /// IPv4, of an address with a record of its own.
    var address: UInt32 = 0
    /// As what the other end's program sees it (`ClassColumns.peer`).
    var peer: UInt32
    /// Number of the table of its program in each direction; also `evaluate`, `outside`.
    var egress: UInt32
    var ingress: UInt32

    /// The program of addresses about which tables don't answer.
    static let evaluate: UInt32 = 0
    /// The program of addresses without policy.
    static let outside: UInt32 = 1
}
