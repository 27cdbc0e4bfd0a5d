import Classification
import NetTypes
import Testing

@testable import NftablesRuleset

/// The instructions of conditions, held against what `nft --debug=netlink` (1.0.6, little-endian) prints for the same
/// text.
@Suite struct LinearizeTests {
    private func instructions(_ match: NftMatch) -> [String] {
        NftRule([.match(match)]).expressions.map(\.description)
    }

    private func block(_ text: String) -> IPPrefix { IPPrefix(text) ?? IPPrefix(IPAddress(v4: 0), length: 0) }

    @Test func interfaces() {
        #expect(
            instructions(.inputInterface(.startingWith("cali")))
                == ["[ meta load iifname => reg 1 ]", "[ cmp eq reg 1 0x696c6163 ]"])
        #expect(
            instructions(.outputInterface(.exactly("eth5"))) == [
                "[ meta load oifname => reg 1 ]",
                "[ cmp eq reg 1 0x35687465 0x00000000 0x00000000 0x00000000 ]",
            ])
    }

    @Test func addresses() {
        #expect(
            instructions(.address(.source, .equal, block("10.0.0.0/8")))
                == ["[ payload load 1b @ network header + 12 => reg 1 ]", "[ cmp eq reg 1 0x0000000a ]"])
        #expect(
            instructions(.address(.destination, .notEqual, block("10.1.2.0/23"))) == [
                "[ payload load 4b @ network header + 16 => reg 1 ]",
                "[ bitwise reg 1 = ( reg 1 & 0x00feffff ) ^ 0x00000000 ]", "[ cmp neq reg 1 0x0002010a ]",
            ])
        #expect(
            instructions(.address(.source, .equal, block("fd00::/64")))
                == ["[ payload load 8b @ network header + 8 => reg 1 ]", "[ cmp eq reg 1 0x000000fd 0x00000000 ]"])
        #expect(
            instructions(.address(.destination, .equal, block("fd00::/61"))) == [
                "[ payload load 16b @ network header + 24 => reg 1 ]",
                "[ bitwise reg 1 = ( reg 1 & 0xffffffff 0xf8ffffff 0x00000000 0x00000000 ) ^ "
                    + "0x00000000 0x00000000 0x00000000 0x00000000 ]",
                "[ cmp eq reg 1 0x000000fd 0x00000000 0x00000000 0x00000000 ]",
            ])
    }

    @Test func portsAndTypes() {
        let load = "[ payload load 2b @ transport header + 2 => reg 1 ]"
        #expect(
            instructions(.port(.destination, .equal, PortRange(4789))) == [load, "[ cmp eq reg 1 0x0000b512 ]"])
        #expect(
            instructions(.port(.destination, .equal, PortRange(80, 90)))
                == [load, "[ cmp gte reg 1 0x00005000 ]", "[ cmp lte reg 1 0x00005a00 ]"])
        #expect(
            instructions(.port(.destination, .notEqual, PortRange(80, 90)))
                == [load, "[ range neq reg 1 0x00005000 0x00005a00 ]"])
        #expect(instructions(.transportReadable(.destination)) == [load, "[ cmp gte reg 1 0x00000000 ]"])
        #expect(
            instructions(.icmpType(.v6, .equal, 130...133)) == [
                "[ payload load 1b @ transport header + 0 => reg 1 ]", "[ cmp gte reg 1 0x00000082 ]",
                "[ cmp lte reg 1 0x00000085 ]",
            ])
        #expect(
            instructions(.icmpTypeAndCode(.notEqual, type: 3, code: 1))
                == ["[ payload load 2b @ transport header + 0 => reg 1 ]", "[ cmp neq reg 1 0x00000103 ]"])
    }

    @Test func conntrackState() {
        #expect(
            instructions(.conntrack([.established, .related])) == [
                "[ ct load state => reg 1 ]", "[ bitwise reg 1 = ( reg 1 & 0x00000006 ) ^ 0x00000000 ]",
                "[ cmp neq reg 1 0x00000000 ]",
            ])
    }

    @Test func concatenatedKeys() {
        #expect(
            instructions(.lookup([.address(.v4, .destination), .l4proto, .port(.destination)], .equal, set: "s")) == [
                "[ payload load 4b @ network header + 16 => reg 1 ]", "[ meta load l4proto => reg 9 ]",
                "[ payload load 2b @ transport header + 2 => reg 10 ]", "[ lookup reg 1 set s ]",
            ])
        #expect(
            instructions(.lookup([.address(.v6, .source), .l4proto, .port(.source)], .notEqual, set: "s")) == [
                "[ payload load 16b @ network header + 8 => reg 1 ]", "[ meta load l4proto => reg 2 ]",
                "[ payload load 2b @ transport header + 0 => reg 13 ]", "[ lookup reg 1 set s 0x1 ]",
            ])
    }

    @Test func elementsOfRanges() {
        func keys(_ contents: NftSet.Contents) -> [String] {
            NftSet(name: "s", contents: contents).kernelElements.map { element in
                element.key.map(String.init).joined(separator: ".") + (element.isIntervalEnd ? " end" : "")
            }
        }
        #expect(
            keys(.prefixes(.v4, [block("10.0.0.0/24"), block("255.255.255.0/24")]))
                == ["10.0.0.0", "10.0.1.0 end", "255.255.255.0"])
        #expect(
            keys(.ports([PortRange(80), PortRange(255, 256), PortRange(65000, 65535)]))
                == ["0.80", "0.81 end", "0.255", "1.1 end", "253.232"])
        #expect(keys(.prefixes(.v4, [block("0.0.0.0/0")])) == ["0.0.0.0"])
        #expect(
            keys(.addressPorts(.v4, [AddressPort(address: IPAddress(v4: 0x0a00_0002), proto: .udp, port: 53)])) == [
                "10.0.0.2.17.0.0.0.0.53.0.0"
            ])
    }
}
