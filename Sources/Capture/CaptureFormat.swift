/// How the records of a capture file are laid out, as far as they are read without libpcap.
enum CaptureFormat: Equatable, Sendable {
    /// pcap of version 2.4.
    case pcap(isSwapped: Bool, isNanoseconds: Bool)
    case pcapng(isSwapped: Bool)

    /// Bytes of pcap's file header.
    static let pcapHeaderLength = 24

    /// - Parameter header: the first 24 bytes of the file.
    /// - Returns: `nil` for everything that libpcap has to read.
    init?(header: [UInt8]) {
        guard header.count >= Self.pcapHeaderLength else { return nil }
        func word(_ offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(header[offset + $1]) << UInt32(8 * $1) } }
        let isSwapped: Bool
        switch word(0) {
        case 0xa1b2_c3d4, 0xa1b2_3c4d: isSwapped = false
        case 0xd4c3_b2a1, 0x4d3c_b2a1: isSwapped = true
        case 0x0a0d_0d0a:
            switch word(8) {
            case 0x1a2b_3c4d: self = .pcapng(isSwapped: false)
            case 0x4d3c_2b1a: self = .pcapng(isSwapped: true)
            default: return nil
            }
            return
        default: return nil
        }
        // Major and minor version; above the link type some writers keep further facts, which libpcap shall judge.
        guard word(4) == (isSwapped ? 0x0400_0200 : 0x0004_0002) else { return nil }
        let linkType = isSwapped ? word(20).byteSwapped : word(20)
        guard linkType >> 16 == 0 else { return nil }
        let isNanoseconds = word(0) == 0xa1b2_3c4d || word(0) == 0x4d3c_b2a1
        self = .pcap(isSwapped: isSwapped, isNanoseconds: isNanoseconds)
    }
}
