import Classification
import NetTypes
import NetworkTopology
import TestSupport
import Testing

@testable import TraceReplay

@Suite struct ItineraryTests {
    private let world = ReplayWorld()

    /// The frozen address book leads packets over the nodes that the topology names.
    @Test(arguments: 1...4) func isTheTopologysOwn(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let topology = world.tree.topology
        let book = AddressBook(topology, world.tree.services)
        let addresses =
            topology.endpoints.flatMap(\.addresses).filter { $0.family == .v4 }
            + topology.nodes.flatMap(\.addresses).filter { $0.family == .v4 }
            + ["203.0.113.9", "10.96.0.1", "10.0.0.9"].compactMap { IPAddress($0) }
        for _ in 0..<500 {
            let source = try #require(addresses.randomElement(using: &random))
            let destination = try #require(addresses.randomElement(using: &random))
            #expect(book.owner(of: source) == topology.owner(of: source))
            let itinerary = Itinerary(book, from: source, to: destination, only: nil)
            let visits = (0..<itinerary.count).compactMap { itinerary[$0] }
            #expect(
                visits == topology.visits(from: source, to: destination), "\(source) -> \(destination), seed \(seed)")
        }
    }

    @Test func servicesAreKnownByAddress() throws {
        let book = AddressBook(world.tree.topology, world.tree.services)
        #expect(book.isService(try #require(IPAddress("10.96.0.3"))))
        #expect(!book.isService(try #require(IPAddress("10.0.0.1"))))
    }
}
