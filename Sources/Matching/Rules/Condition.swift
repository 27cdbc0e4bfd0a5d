/// One test of a rule: 8 bytes. A rule matches when all of its conditions hold.
struct Condition: Sendable, Equatable {
    enum Test: UInt8, Sendable {
        /// `operand`: the protocol number.
        case protocolIs
        /// `operand`: index in `FrozenRules.protocolSets`.
        case protocolIn
        /// `operand`: type in the low byte; code in the next when bit 16 is set.
        case icmpIs
        case icmpIsNot
        /// `operand`: first and last port.
        case portIn
        case portNotIn
        /// `operand`: index in `FrozenRules.portLists`.
        case portListed
        case portNotListed
        /// `operand`: the set.
        case addressIn
        case addressNotIn
        case tripleIn
    }

    enum Side: UInt8, Sendable {
        case source
        case destination
    }

    var test: Test
    var side: Side
    var operand: UInt32

    init(_ test: Test, _ side: Side = .destination, _ operand: UInt32) {
        self.test = test
        self.side = side
        self.operand = operand
    }

    /// Whether the test reads the transport header; a packet without a readable one fails it.
    var readsTransport: Bool {
        switch test {
        case .icmpIs, .icmpIsNot, .portIn, .portNotIn, .portListed, .portNotListed, .tripleIn: true
        case .protocolIs, .protocolIn, .addressIn, .addressNotIn: false
        }
    }
}

/// The ports of a rule that are more than one range: ranges and named-port sets, of which any may hold.
struct PortList: Sendable, Equatable {
    /// Slice of `FrozenRules.portRanges`, ascending.
    var firstRange: UInt32
    var rangeCount: UInt32
    /// Slice of `FrozenRules.portSets`.
    var firstSet: UInt32
    var setCount: UInt32
}

/// One step of a flattened program: 16 bytes.
struct FrozenRule: Sendable, Equatable {
    enum Action: UInt8, Sendable {
        case accept
        case drop
        /// Goes on at `next`.
        case jump
        case log
        /// Decides nothing: the packet goes on to the next stage.
        case leave
    }

    var action: Action
    var conditionCount: UInt16
    var firstCondition: UInt32
    /// Where Pass goes on; always behind this rule.
    var next: UInt32
    var site: UInt32
}
