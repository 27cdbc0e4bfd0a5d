import NetTypes

/// Packets by what decided them at workload endpoints: four cells per site, by direction and by whether a policy selects
/// the endpoint. Owns its memory.
public final class SiteCells: @unchecked Sendable {
    @frozen public struct Cell: BitwiseCopyable {
        public var packets: UInt64
        /// The lowest endpoint that the count is about; the largest value: none.
        public var lowest: Int32
    }

    /// What the loop uses: plain values, good as long as their owner lives.
    struct Table {
        fileprivate let cells: FlatArray<Cell>

        @inline(__always) func count(_ cell: Int, _ packets: UInt32 = 1) { cells[cell].packets &+= UInt64(packets) }

        @inline(__always) func note(_ endpoint: Int32, at cell: Int) {
            if endpoint < cells[cell].lowest { cells[cell].lowest = endpoint }
        }
    }

    let table: Table

    init(siteCount: Int) {
        table = Table(cells: FlatArray(repeating: Cell(packets: 0, lowest: .max), count: siteCount * 4))
    }

    deinit { table.cells.deallocate() }

    /// - Parameter place: egress (2) or ingress (0), and whether a policy selects the endpoint there (1).
    @inline(__always) static func cell(_ site: UInt32, _ place: Int) -> Int { Int(site) * 4 + place }

    @inline(__always) static func site(_ cell: UInt32) -> UInt32 { cell >> 2 }
    @inline(__always) static func isEgress(_ cell: UInt32) -> Bool { cell & 2 != 0 }

    /// Every cell that was counted.
    public func visit(_ body: (_ site: UInt32, _ isEgress: Bool, _ isSelected: Bool, _ cell: Cell) -> Void) {
        let cells = table.cells
        for index in 0..<cells.count where cells[index].packets > 0 {
            body(UInt32(index / 4), index & 2 != 0, index & 1 != 0, cells[index])
        }
    }
}
