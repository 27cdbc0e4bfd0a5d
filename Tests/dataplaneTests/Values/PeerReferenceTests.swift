import NetTypes
import Testing

@testable import dataplane

@Suite struct PeerReferenceTests {
    @Test(arguments: [
        ("web", PeerReference.pod(namespace: "ns", name: "web")),
        ("shop/web-0.a", .pod(namespace: "shop", name: "web-0.a")),
        ("pod/node/web", .pod(namespace: "node", name: "web")), ("node/n1", .node("n1")),
        ("svc/web", .service(namespace: "ns", name: "web")),
        ("svc/shop/web", .service(namespace: "shop", name: "web")),
        ("deploy/web", .workload(kind: .deployment, namespace: "ns", name: "web")),
        ("statefulset/shop/db", .workload(kind: .statefulSet, namespace: "shop", name: "db")),
    ])
    func names(_ text: String, _ expected: PeerReference) throws {
        #expect(try PeerReference(text, namespace: "ns") == expected)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", UInt16?.none), ("192.0.2.1:53", "192.0.2.1", 53),
        ("2001:db8::1", "2001:db8::1", nil), ("[2001:db8::1]:53", "2001:db8::1", 53), ("::1", "::1", nil),
    ])
    func addresses(_ text: String, _ address: String, _ port: UInt16?) throws {
        let expected = try #require(IPAddress(address))
        #expect(try PeerReference(text, namespace: "ns") == .address(expected, port: port))
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a/b/c", "node/a/b", "A", "a_b", "a b", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1",
        "[192.0.2.1]:80", "[2001:db8::1]", "[]:80", "2001:db8::1:99999", "a:80", "a/b/c/d", "-a", "a-",
    ])
    func refuses(_ text: String) {
        #expect(throws: UsageError.self) { try PeerReference(text, namespace: "ns") }
    }
}
