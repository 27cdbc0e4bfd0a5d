import Testing

@testable import Matching

@Suite struct TCPTableTests {
    private static let columns: [TCPState] = [
        .none, .synSent, .synReceived, .established, .finWait, .closeWait, .lastAck, .timeWait, .closed, .synSent2,
    ]

    private static let names: [String: TCPState] = [
        "NO": .none, "SS": .synSent, "SR": .synReceived, "ES": .established, "FW": .finWait, "CW": .closeWait,
        "LA": .lastAck, "TW": .timeWait, "CL": .closed, "S2": .synSent2,
    ]

    /// The tables of conntrack.md, cell by cell.
    @Test(arguments: [
        (
            false,
            """
            | SYN | SS | SS | = | = | = | = | = | SS | SS | S2 |
            | SYN-ACK | – | – | SR | – | – | – | – | – | – | SR |
            | FIN | – | – | FW | FW | LA | LA | LA | TW | CL | – |
            | ACK | ES | – | ES | ES | CW | CW | TW | TW | CL | – |
            | RST | – | CL | CL | CL | CL | CL | CL | CL | CL | CL |
            """
        ),
        (
            true,
            """
            | SYN | – | S2 | – | – | – | – | – | SS | – | S2 |
            | SYN-ACK | – | SR | = | = | = | = | = | = | = | SR |
            | FIN | – | – | FW | FW | LA | LA | LA | TW | CL | – |
            | ACK | – | = | SR | ES | CW | CW | TW | TW | CL | = |
            | RST | – | CL | CL | CL | CL | CL | CL | CL | CL | CL |
            """
        ),
    ])
    func everyCellIsTheKernels(_ isReply: Bool, _ table: String) {
        let segments: [TCPSegment] = [.syn, .synAck, .fin, .ack, .rst]
        let rows = table.split(separator: "\n").map { $0.split(separator: "|").map { $0.filter { $0 != " " } } }
            .map { $0.filter { !$0.isEmpty } }
        #expect(rows.count == segments.count)
        for (segment, row) in zip(segments, rows) {
            #expect(row.count == 11)
            for (state, cell) in zip(TCPTableTests.columns, row.dropFirst()) {
                let expected: TCPTransition =
                    switch cell {
                    case "=": .ignored
                    case "–": .invalid
                    default: TCPTableTests.names[cell].map { .to($0) } ?? .invalid
                    }
                #expect(
                    TCPTable.transition(segment, isReply: isReply, from: state) == expected,
                    "\(segment) in \(state), reply \(isReply)")
            }
        }
    }
}
