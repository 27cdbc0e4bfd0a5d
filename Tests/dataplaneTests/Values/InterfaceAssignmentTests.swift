import NetTypes
import Testing

@testable import dataplane

@Suite struct InterfaceAssignmentTests {
    @Test func reads() throws {
        let assignment = try InterfaceAssignment.decode("eth0.100=10.0.0.0/8,2001:db8::/32,192.0.2.1")
        #expect(assignment.name == "eth0.100")
        #expect(assignment.prefixes.map(\.description) == ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1/32"])
    }

    @Test func hostBitsAreTheNodesOwnAddress() throws {
        let assignment = try InterfaceAssignment.decode("eth1=198.18.0.1/24")
        #expect(assignment.prefixes.map(\.description) == ["198.18.0.0/24"])
        #expect(assignment.addresses.map(\.description) == ["198.18.0.1"])
    }

    @Test(arguments: [
        ("eth0", "'eth0' is not of the form NAME=CIDR[,CIDR]"),
        ("=10.0.0.0/8", "'' is not an interface name: 1 to 15 bytes without blanks, / and :"),
        ("a/b=10.0.0.0/8", "'a/b' is not an interface name: 1 to 15 bytes without blanks, / and :"),
        ("..=10.0.0.0/8", "'..' is not an interface name: 1 to 15 bytes without blanks, / and :"),
        ("0123456789abcdef=::/0", "'0123456789abcdef' is not an interface name: 1 to 15 bytes without blanks, / and :"),
        ("eth0=", "'' is not an address block: 198.51.100.0/24, 2001:db8::/32"),
        ("eth0=10.0.0.0/8,", "'' is not an address block: 198.51.100.0/24, 2001:db8::/32"),
        ("eth0=10.0.0.0/33", "'10.0.0.0/33' is not an address block: 198.51.100.0/24, 2001:db8::/32"),
    ])
    func refuses(_ text: String, _ message: String) {
        #expect { try InterfaceAssignment.decode(text) } throws: { ($0 as? UsageError)?.message == message }
    }
}
