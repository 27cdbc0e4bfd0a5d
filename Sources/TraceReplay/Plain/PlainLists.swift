import Matching
import NetTypes

/// What reports list of IPv4 packets, counted as fast as they are judged.
final class PlainLists: Sendable {
    let pairs: PairTable
    let denials: DenialTable

    init(limit: Int) {
        pairs = PairTable(limit: limit)
        denials = DenialTable(limit: limit)
    }

    func openRound() {
        pairs.openRound()
        denials.openRound()
    }

    /// Counts what a call of the judge left.
    @inline(__always) func count(_ judge: PlainJudge, events: Int) {
        // All loads of the look-ups first, so that they are on the way at once.
        var touched = 0
        for index in 0..<events {
            let event = judge.events[index]
            touched &+= pairs.touchIndex(event.source, event.destination)
            if event.isDenied { touched &+= denials.touchIndex(event) }
        }
        for index in 0..<events {
            let event = judge.events[index]
            touched &+= pairs.touchRecord(event.source, event.destination)
        }
        pairs.sink = touched
        for index in 0..<events {
            let event = judge.events[index]
            count(event)
        }
        if judge.departures > 0 { countDepartures(judge) }
    }

    func count(_ event: PlainEvent) {
        let verdict: ReplayVerdict = event.isDenied ? .deny : .allow
        pairs.count(event.source, event.destination, verdict, Int(event.packets), frame: event.frame)
        if event.isDenied { denials.count(event) }
    }

    /// Connections that were forgotten bring their packets.
    func countDepartures(_ judge: PlainJudge) {
        judge.takeDepartures { departure in
            pairs.count(departure.source, departure.destination, .allow, Int(departure.packets), frame: .max)
        }
    }
}
