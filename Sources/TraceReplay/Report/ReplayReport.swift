/// What a replay found, with names and in an order that depends on the capture and the manifests alone.
public struct ReplayReport: Sendable {
    public struct CaptureSummary: Sendable, Hashable {
        /// As given; `-` is standard input.
        public var path: String
        /// libpcap's name, such as `EN10MB`.
        public var linkType: String
        /// Frames judged.
        public var frames: Int
        /// Frames that the filter rejected.
        public var framesFiltered: Int
        public var end: ReplayEnd

        public init(path: String, linkType: String, frames: Int, framesFiltered: Int, end: ReplayEnd) {
            self.path = path
            self.linkType = linkType
            self.frames = frames
            self.framesFiltered = framesFiltered
            self.end = end
        }
    }

    public struct StateCount: Sendable, Hashable {
        public var state: String
        public var packets: Int
    }

    public struct DecisionCount: Sendable, Hashable {
        public var decision: Decision
        public var packets: Int
    }

    public struct PairCount: Sendable, Hashable {
        public var source: String
        public var destination: String
        public var allow: Int
        public var deny: Int
        public var undecided: Int
    }

    public struct DeniedFlow: Sendable, Hashable {
        public struct Denial: Sendable, Hashable {
            public var decision: Decision
            public var packets: Int
        }

        public var firstFrame: Int
        /// Denied ones, answers included.
        public var packets: Int
        public var flow: NamedFlow
        /// What denied the first packet comes first, the rest by packets.
        public var denials: [Denial]
    }

    public struct UndecidedFlow: Sendable, Hashable {
        public struct Backend: Sendable, Hashable {
            /// `namespace/name` of the pod, else its address, with the port.
            public var name: String
            public var verdict: ReplayVerdict
            public var decision: Decision?
        }

        public var firstFrame: Int
        public var packets: Int
        public var flow: NamedFlow
        public var reason: String
        /// Every backend that the packet may have gone to, when they are judged differently.
        public var backends: [Backend]
    }

    public struct ReasonCount: Sendable, Hashable {
        public var reason: String
        public var verdict: ReplayVerdict
        public var firstFrame: Int
        public var packets: Int
    }

    public var capture: CaptureSummary
    public var verdicts: VerdictCounts
    /// Frames that repeat a packet seen at another interface; not among the verdicts.
    public var copies: Int
    public var states: [StateCount]
    /// By packets, most first.
    public var decisions: [DecisionCount]
    /// By name.
    public var pairs: ReportRows<PairCount>
    /// By first frame.
    public var deniedFlows: ReportRows<DeniedFlow>
    /// By first frame.
    public var undecidedFlows: [UndecidedFlow]
    /// Packets without verdict, and undecided ones, by reason.
    public var reasons: [ReasonCount]
    /// Packets that belong into the lists above but found them full.
    public var unlistedDenied: Int
    public var unlistedUndecided: Int
    public var unlistedPairs: Int
    public var losses: ReplayLosses
    /// `nil` when no rule names domains.
    public var domains: DomainReport?
    /// `nil` when nothing is staged.
    public var staged: StagedReport?
}
