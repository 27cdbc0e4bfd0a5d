/// The rows of a list in a report, which get their names when they are read: most readers show the first of many.
public struct ReportRows<Row>: RandomAccessCollection, Sendable {
    public let count: Int
    private let row: @Sendable (Int) -> Row

    /// - Parameter row: by number, below `count`.
    init(_ count: Int, _ row: @escaping @Sendable (Int) -> Row) {
        self.count = count
        self.row = row
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "no such row")
        return row(index)
    }
}
