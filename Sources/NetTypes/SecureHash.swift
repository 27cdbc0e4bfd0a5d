/// SHA-1 and SHA-224, FIPS 180-4. Needed for names that Calico derives by hash (interfaces: SHA-1 of `ns.pod`; set
/// ids: SHA-224 of a selector); nothing here protects anything. The toolchain ships no hash library on Linux and
/// Debian's would be a C dependency of `DataplaneKit` for 60 lines.
public enum SecureHash {
    /// 20 bytes.
    public static func sha1(_ message: some Sequence<UInt8>) -> [UInt8] { sha1(Array(message)) }

    /// 20 bytes.
    public static func sha1(_ message: [UInt8]) -> [UInt8] {
        var state: InlineArray<5, UInt32> = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        let whole = message.count / 64 * 64
        for start in stride(from: 0, to: whole, by: 64) { sha1(&state, words(of: message, from: start)) }
        var last = words(of: message, from: whole)
        let rest = message.count - whole
        last[rest / 4] |= 0x80 << UInt32(24 - rest % 4 * 8)
        if rest >= 56 {
            sha1(&state, last)
            last = InlineArray(repeating: 0)
        }
        let bitCount = UInt64(message.count) * 8
        last[14] = UInt32(truncatingIfNeeded: bitCount >> 32)
        last[15] = UInt32(truncatingIfNeeded: bitCount)
        sha1(&state, last)
        var hash: [UInt8] = []
        hash.reserveCapacity(20)
        for index in state.indices {
            for shift: UInt32 in [24, 16, 8, 0] { hash.append(UInt8(truncatingIfNeeded: state[index] >> shift)) }
        }
        return hash
    }

    /// The next 64 bytes as big-endian words; zeros behind the end.
    private static func words(of message: [UInt8], from start: Int) -> InlineArray<16, UInt32> {
        var words = InlineArray<16, UInt32>(repeating: 0)
        let bytes = message.span.extracting(start..<min(start + 64, message.count))
        for index in bytes.indices { words[index / 4] |= UInt32(bytes[index]) << UInt32(24 - index % 4 * 8) }
        return words
    }

    private static func sha1(_ state: inout InlineArray<5, UInt32>, _ block: InlineArray<16, UInt32>) {
        var w = InlineArray<80, UInt32>(repeating: 0)
        for i in 0..<16 { w[i] = block[i] }
        for i in 16..<80 { w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        func step(_ f: UInt32, _ k: UInt32, _ word: UInt32) {
            let next = rotl(a, 5) &+ f &+ e &+ k &+ word
            (e, d, c, b, a) = (d, c, rotl(b, 30), a, next)
        }
        for i in 0..<20 { step((b & c) | (~b & d), 0x5a82_7999, w[i]) }
        for i in 20..<40 { step(b ^ c ^ d, 0x6ed9_eba1, w[i]) }
        for i in 40..<60 { step((b & c) | (b & d) | (c & d), 0x8f1b_bcdc, w[i]) }
        for i in 60..<80 { step(b ^ c ^ d, 0xca62_c1d6, w[i]) }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }

    /// 28 bytes.
    public static func sha224(_ message: some Sequence<UInt8>) -> [UInt8] {
        var h: [UInt32] = [
            0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939, 0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4,
        ]
        for block in paddedBlocks(message) {
            var w = block
            for i in 16..<64 {
                let s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >> 3)
                let s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >> 10)
                w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
            }
            var v = h
            for i in 0..<64 {
                let s1 = rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25)
                let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
                let t1 = v[7] &+ s1 &+ choice &+ sha256Constants[i] &+ w[i]
                let s0 = rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22)
                let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
                v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
            }
            for i in 0..<8 { h[i] = h[i] &+ v[i] }
        }
        return Array(bigEndianBytes(h).prefix(28))
    }

    private static func rotl(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
    private static func rotr(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

    private static func bigEndianBytes(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }

    /// The message with its padding as blocks of sixteen big-endian words.
    private static func paddedBlocks(_ message: some Sequence<UInt8>) -> [[UInt32]] {
        var bytes = Array(message)
        let bitCount = UInt64(bytes.count) * 8
        bytes.append(0x80)
        bytes += Array(repeating: 0, count: (120 - bytes.count % 64) % 64)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - $0 * 8)) }
        return stride(from: 0, to: bytes.count, by: 64).map { start in
            (0..<16).map { word in bytes[(start + word * 4)..<(start + word * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }
    }

    private static let sha256Constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
