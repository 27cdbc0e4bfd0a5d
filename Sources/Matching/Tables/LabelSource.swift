/// Random labels of 128 bits. A set of things is told from another by the exclusive or of its things' labels: two given
/// sets have the same with probability 2^-128, whoever chose them, since the labels are drawn when the tables are made.
struct LabelSource {
    private var generator = SystemRandomNumberGenerator()

    mutating func next() -> UInt128 {
        UInt128(generator.next() as UInt64) << 64 | UInt128(generator.next() as UInt64)
    }
}
