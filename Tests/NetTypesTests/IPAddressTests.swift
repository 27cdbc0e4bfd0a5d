import NetTypes
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::", "::"), ("::1", "::1"), ("fd00:65::10", "fd00:65::10"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:10.0.0.1", "10.0.0.1"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("fe80::", "fe80::"),
    ])
    func parsesAndPrintsCanonically(_ text: String, _ canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1.2", "a", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "::1%eth0", "1:2:3:4:5:6:7::8:9", "1.2.3.4::", " 10.0.0.1",
    ])
    func refuses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }
}

@Suite struct IPPrefixTests {
    @Test(arguments: [
        ("10.0.0.5/8", "10.0.0.0/8"), ("10.0.0.0/08", "10.0.0.0/8"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"), ("fd00::1/64", "fd00::/64"), ("10.0.0.1", "10.0.0.1/32"),
    ])
    func masks(_ text: String, _ canonical: String) throws {
        #expect(try #require(IPPrefix(text)).description == canonical)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "10.0.0.0/8/8", "x/8"])
    func refuses(_ text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func containsByBits() throws {
        let block = try #require(IPPrefix("10.64.0.0/10"))
        #expect(block.contains(try #require(IPAddress("10.127.255.255"))))
        #expect(!block.contains(try #require(IPAddress("10.128.0.0"))))
        #expect(block.last.description == "10.127.255.255")
        #expect(try #require(IPPrefix("::/0")).last.bits == .max)
    }
}

@Suite struct SecureHashTests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Vectors of FIPS 180 and RFC 3874; `prod.web-0` is calico.md 7.
    @Test func vectors() {
        let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(hex(SecureHash.sha1(twoBlocks.utf8)) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(hex(SecureHash.sha1([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        let thousand = Array(repeating: UInt8(ascii: "a"), count: 1_000)
        #expect(hex(SecureHash.sha1(thousand)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
        #expect(hex(SecureHash.sha1("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex(SecureHash.sha1("prod.web-0".utf8)).hasPrefix("aa960f0d82e"))
        #expect(hex(SecureHash.sha224("abc".utf8)) == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")
        #expect(
            hex(SecureHash.sha224(String(repeating: "a", count: 1000).utf8))
                == "4e8f0ce90b64661a2b5e84be6d93a7d9b76871062f1814433d04a03d")
    }
}

@Suite struct PortRangeTests {
    @Test func mergesTouchingRanges() {
        let merged = PortRange.merged([PortRange(90, 99), PortRange(80), PortRange(81, 89), PortRange(65535)])
        #expect(merged == [PortRange(80, 99), PortRange(65535)])
    }
}
