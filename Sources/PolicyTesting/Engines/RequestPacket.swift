import NetTypes
import NetworkTopology
import PacketDecoding

/// The bytes that stand for a request before engines that see packets.
enum RequestPacket {
    static func bytes(_ key: FlowKey, engine: EngineName) throws(EngineError) -> [UInt8] {
        do throws(PacketEncodingError) {
            return try PacketEncoding.packet(key)
        } catch {
            throw EngineError(
                engine: engine, message: "no packet can be built for \(key): \(error)", isEnvironment: false)
        }
    }
}

extension Topology {
    /// The name of the interface at one side of a visit; `nil` for the node itself.
    func interfaceName(_ attachment: Attachment) -> String? {
        switch attachment {
        case .workload(let index): endpoints[index.value].interface
        case .unknownWorkload(let interface), .outside(let interface): interface
        case .host: nil
        }
    }
}
