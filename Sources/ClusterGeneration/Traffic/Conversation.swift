import NetTypes

/// Two ends that talk, and how far their connection is.
struct Conversation: Sendable {
    let client: IPAddress
    let server: IPAddress
    let serverPort: UInt16
    let isUDP: Bool
    /// Whether the cluster's policies are meant to let it through: the other side answers.
    let isAnswered: Bool
    /// Ephemeral; the next one for each new connection.
    var clientPort: UInt16
    /// Packets of this connection so far.
    var packets: UInt32 = 0
    /// Bytes that each side has sent, from a start of its own: TCP sequence numbers.
    var clientSequence: UInt32
    var serverSequence: UInt32

    var family: IPFamily { client.family }

    /// Begins again from the next port.
    mutating func reopen() {
        clientPort = clientPort >= 60_999 ? 32_768 : clientPort + 1
        clientSequence &+= 0x3c6e_f372
        serverSequence &+= 0x1b87_3593
        packets = 0
    }
}

/// Who talks to whom in a cluster, by its policies.
///
/// | of 100 | from | to | by the policies |
/// | --- | --- | --- | --- |
/// | 55 | a pod | a pod of an app that it calls, at its port | allowed, where both apps have their policies |
/// | 15 | a pod | any pod, at any app's port | mostly denied |
/// | 10 | a pod | an element of a partners' set, port 443 | allowed for half of the apps |
/// | 10 | an element of any set | a pod, at its port | denied |
/// | 5 | a pod | an element of any set | denied for threats |
/// | 5 | an address in no set | a pod, at its port | denied where isolated |
struct ConversationMaker: Sendable {
    private let model: ClusterModel
    private let outside: OutsideNetworks
    private var random: RandomStream

    init(_ plan: ClusterPlan) {
        model = ClusterModel(plan: plan)
        outside = OutsideNetworks(plan: plan)
        random = RandomStream(seed: plan.seed, .conversations)
    }

    mutating func next() -> Conversation {
        let kind = random.number(below: 100)
        let pod = random.number(below: model.plan.pods)
        let family: IPFamily = model.plan.isDualStack && random.number(below: 10) == 0 ? .v6 : .v4
        let app = model.app(model.app(ofPod: pod))
        let hasElements = outside.count(family) > 0
        switch kind {
        case 0..<55:
            let isNear = random.number(below: 2) == 0
            let server = model.app(isNear ? model.nearServer(of: app.index) : model.farServer(of: app.index))
            let pods = model.pods(ofApp: server.index)
            let peer = pods.lowerBound + random.number(below: pods.count)
            return conversation(address(pod, family), address(peer, family), server.port, server.isUDP, true)
        case 55..<70:
            let peer = random.number(below: model.plan.pods)
            let other = model.app(random.number(below: model.plan.apps))
            return conversation(address(pod, family), address(peer, family), other.port, other.isUDP, false)
        case 70..<80 where hasElements:
            return conversation(address(pod, family), partner(family), 443, false, app.usesPartners)
        case 80..<90 where hasElements:
            return conversation(element(family), address(pod, family), app.port, app.isUDP, false)
        case 90..<95 where hasElements:
            return conversation(address(pod, family), element(family), 443, random.number(below: 4) == 0, false)
        default:
            let stranger = outside.stranger(family, &random)
            return conversation(stranger, address(pod, family), app.port, app.isUDP, false)
        }
    }

    private mutating func conversation(
        _ client: IPAddress, _ server: IPAddress, _ port: UInt16, _ isUDP: Bool, _ isAnswered: Bool
    ) -> Conversation {
        let bits = random.next()
        return Conversation(
            client: client, server: server, serverPort: port, isUDP: isUDP, isAnswered: isAnswered,
            clientPort: 32_768 + UInt16(truncatingIfNeeded: bits) % 28_232,
            clientSequence: UInt32(truncatingIfNeeded: bits >> 16),
            serverSequence: UInt32(truncatingIfNeeded: bits >> 32))
    }

    private func address(_ pod: Int, _ family: IPFamily) -> IPAddress {
        family == .v4 ? model.address4(ofPod: pod) : model.address6(ofPod: pod)
    }

    private mutating func element(_ family: IPFamily) -> IPAddress {
        let element = outside.element(family, random.number(below: outside.count(family)))
        return outside.address(in: element, &random)
    }

    /// Of a partners' set, unless there is hardly any.
    private mutating func partner(_ family: IPFamily) -> IPAddress {
        var element = 0
        for _ in 0..<32 {
            element = outside.element(family, random.number(below: outside.count(family)))
            if outside.kind(of: outside.set(of: element)) == .partner { break }
        }
        return outside.address(in: element, &random)
    }
}
