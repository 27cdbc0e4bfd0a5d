import NetworkTopology
import PacketDecoding
import PolicyTesting

/// Which cases an engine can be asked about: all, or those for which there is such a packet at all.
struct EngineReach {
    private let kernel: KernelReach

    init(_ topology: Topology) { kernel = KernelReach(topology) }

    func includes(_ request: EngineRequest, _ engine: EngineName) -> Bool {
        switch engine {
        case .reference, .matcher: true
        case .nft: Self.isPacket(request)
        case .kernel: kernel.includes(request) && Self.isPacket(request)
        }
    }

    private static func isPacket(_ request: EngineRequest) -> Bool {
        (try? PacketEncoding.packet(request.key)) != nil
    }
}
