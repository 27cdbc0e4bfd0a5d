import Diagnostics

/// Fills the arrays of a `NodeTree` in the order in which an input is read.
struct NodeTreeBuilder {
    private(set) var records: [NodeTree.Record] = []
    private(set) var pool: [UInt8] = []
    private var roots: [UInt32] = []
    /// Containers being read, outermost first.
    private var open: [UInt32] = []
    /// Where the document being read began.
    private var documentStart = 0
    /// Records made by copying, and those that were written.
    private var copied = 0
    private var written = 0
    /// End of each container around the record being copied.
    private var ends: [UInt32] = []

    /// An input asks for more than `ManifestLimits`.
    enum Excess: Error {
        case nodes
        case depth
        case copies
    }

    var depth: Int { open.count }

    /// The next child is a key of the innermost mapping.
    var isAtKey: Bool {
        guard let innermost = open.last else { return false }
        let record = records[Int(innermost)]
        return record.kind == .mapping && record.count % 2 == 0
    }

    // MARK: Nodes

    mutating func reserve(records count: Int) { records.reserveCapacity(count) }

    /// Appends a scalar; returns its index.
    @discardableResult mutating func appendScalar(
        _ text: Span<UInt8>, type: Node.ScalarType, isPlain: Bool, line: UInt32, column: UInt32
    ) throws(Excess) -> UInt32 {
        let offset = pool.count
        unsafe text.withUnsafeBufferPointer { unsafe pool.append(contentsOf: $0) }
        let index = UInt32(records.count)
        try append(
            NodeTree.Record(
                kind: .scalar, isPlain: isPlain, scalarType: type, offset: UInt32(offset), count: UInt32(text.count),
                nextSibling: index + 1, line: line, column: column))
        return index
    }

    /// Appends a scalar whose text stands in the input as it is.
    mutating func appendScalar(
        inSource range: Range<Int>, type: Node.ScalarType, isPlain: Bool, line: UInt32, column: UInt32
    ) throws(Excess) {
        try appendScalar(
            offset: UInt32(truncatingIfNeeded: range.lowerBound) | NodeTree.Record.sourceBit, count: range.count, type,
            isPlain, line, column)
    }

    /// Appends a scalar whose text has been copied to the pool.
    mutating func appendScalar(
        inPool range: Range<Int>, type: Node.ScalarType, isPlain: Bool, line: UInt32, column: UInt32
    ) throws(Excess) {
        try appendScalar(offset: UInt32(range.lowerBound), count: range.count, type, isPlain, line, column)
    }

    private mutating func appendScalar(
        offset: UInt32, count: Int, _ type: Node.ScalarType, _ isPlain: Bool, _ line: UInt32, _ column: UInt32
    ) throws(Excess) {
        let index = UInt32(records.count)
        try append(
            NodeTree.Record(
                kind: .scalar, isPlain: isPlain, scalarType: type, offset: offset, count: UInt32(count),
                nextSibling: index + 1, line: line, column: column))
    }

    mutating func appendToPool(_ byte: UInt8) { pool.append(byte) }

    mutating func appendToPool(_ byte: UInt8, count: Int) {
        for _ in 0..<count { pool.append(byte) }
    }

    /// Copies a part of the input to the end of the pool; returns where it lies there.
    mutating func copyToPool(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let first = pool.count
        unsafe text.extracting(range).withUnsafeBufferPointer { unsafe pool.append(contentsOf: $0) }
        return first..<pool.count
    }

    /// Begins a mapping or sequence; returns its index.
    @discardableResult mutating func beginContainer(
        _ kind: Node.Kind, line: UInt32, column: UInt32
    ) throws(Excess) -> UInt32 {
        guard open.count < ManifestLimits.depth else { throw .depth }
        let index = UInt32(records.count)
        try append(
            NodeTree.Record(
                kind: kind, isPlain: false, scalarType: .null, offset: 0, count: 0, nextSibling: 0, line: line,
                column: column))
        open.append(index)
        return index
    }

    /// Ends the innermost container; returns its index. Nothing happens without one.
    @discardableResult mutating func endContainer() -> UInt32? {
        guard let index = open.popLast() else { return nil }
        records[Int(index)].nextSibling = UInt32(records.count)
        return index
    }

    /// The innermost container.
    var innermost: UInt32? { open.last }

    private mutating func append(_ record: NodeTree.Record) throws(Excess) {
        guard records.count < ManifestLimits.nodes else { throw .nodes }
        if let innermost = open.last { records[Int(innermost)].count += 1 }
        records.append(record)
        written += 1
    }

    // MARK: Copies

    /// Appends a copy of a finished subtree as the next child, its root at `line`, `column` if given. Returns the copy's
    /// index. Text is shared.
    @discardableResult mutating func appendCopy(
        of source: UInt32, line: UInt32? = nil, column: UInt32? = nil
    ) throws(Excess) -> UInt32 {
        let (first, end) = (Int(source), Int(records[Int(source)].nextSibling))
        let count = end - first
        guard copied + count <= ManifestLimits.freeAliasNodes + written else { throw .copies }
        guard records.count + count <= ManifestLimits.nodes else { throw .nodes }
        copied += count
        if let innermost = open.last { records[Int(innermost)].count += 1 }
        let target = records.count
        ends.removeAll(keepingCapacity: true)
        for index in first..<end {
            var record = records[index]
            while let innermostEnd = ends.last, innermostEnd <= UInt32(index) { ends.removeLast() }
            if record.kind != .scalar {
                ends.append(record.nextSibling)
                guard open.count + ends.count <= ManifestLimits.depth else { throw .depth }
            }
            record.nextSibling += UInt32(target - first)
            records.append(record)
        }
        records[target].isSkipped = false
        if let line { records[target].line = line }
        if let column { records[target].column = column }
        return UInt32(target)
    }

    // MARK: Changes to nodes

    /// Takes one child of `mapping` out of its count and of every walk.
    mutating func skip(_ child: UInt32, of mapping: UInt32) {
        records[Int(child)].isSkipped = true
        records[Int(mapping)].count -= 1
    }

    /// Takes one child out of every walk, but not out of the count that `isAtKey` goes by.
    mutating func hide(_ child: UInt32) { records[Int(child)].isSkipped = true }

    mutating func replaceText(of scalar: UInt32, with text: [UInt8], type: Node.ScalarType) {
        records[Int(scalar)].offset = UInt32(pool.count)
        records[Int(scalar)].count = UInt32(text.count)
        records[Int(scalar)].scalarType = type
        pool.append(contentsOf: text)
    }

    /// Text of a scalar; empty for containers.
    func text(of scalar: UInt32) -> ArraySlice<UInt8> {
        let record = records[Int(scalar)]
        guard record.kind == .scalar else { return [] }
        return pool[Int(record.offset)..<Int(record.offset + record.count)]
    }

    /// Whether two scalars have the same text.
    func haveSameText(_ a: UInt32, _ b: UInt32) -> Bool {
        let (first, second) = (records[Int(a)], records[Int(b)])
        guard first.count == second.count, first.kind == .scalar, second.kind == .scalar else { return false }
        for index in 0..<Int(first.count)
        where pool[Int(first.offset) + index] != pool[Int(second.offset) + index] { return false }
        return true
    }

    /// Visits the keys of a finished or open mapping with their values, in order, skipped ones left out.
    func forEachEntry(of mapping: UInt32, _ body: (_ key: UInt32, _ value: UInt32) -> Void) {
        let next = records[Int(mapping)].nextSibling
        let end = next == 0 ? UInt32(records.count) : next
        var index = mapping + 1
        while index < end {
            let value = records[Int(index)].nextSibling
            guard value < end else { return }
            if !records[Int(index)].isSkipped { body(index, value) }
            index = records[Int(value)].nextSibling
        }
    }

    func entries(of mapping: UInt32) -> [(key: UInt32, value: UInt32)] {
        var entries: [(key: UInt32, value: UInt32)] = []
        forEachEntry(of: mapping) { entries.append(($0, $1)) }
        return entries
    }

    // MARK: Documents

    mutating func beginDocument() {
        documentStart = records.count
        open.removeAll(keepingCapacity: true)
    }

    /// Keeps the document just read. Null documents (an empty one is null) are no documents to kubectl.
    mutating func endDocument() {
        guard documentStart < records.count else { return }
        let root = records[documentStart]
        if root.kind == .scalar && root.scalarType == .null { return dropDocument() }
        roots.append(UInt32(documentStart))
        documentStart = records.count
    }

    /// Keeps each element of the sequence just read as a document of its own.
    mutating func endDocumentList() {
        guard documentStart < records.count, records[documentStart].kind == .sequence else { return endDocument() }
        var index = UInt32(documentStart) + 1
        while index < records.count {
            roots.append(index)
            index = records[Int(index)].nextSibling
        }
        documentStart = records.count
    }

    /// Forgets the document being read.
    mutating func dropDocument() {
        // To remove nothing would still copy arrays that are shared.
        if documentStart < records.count { records.removeSubrange(documentStart...) }
        open.removeAll(keepingCapacity: true)
    }

    /// Makes a root of every outermost node. Ends the document.
    mutating func makeRootsOfAll() {
        var index: UInt32 = 0
        while index < records.count {
            roots.append(index)
            index = records[Int(index)].nextSibling
        }
        documentStart = records.count
    }

    /// Makes a finished, empty sequence the one whose elements lie in the tree's parts.
    mutating func setCount(of sequence: UInt32, _ count: Int) {
        records[Int(sequence)].count = UInt32(count)
        records[Int(sequence)].offset = NodeTree.Record.partsBit
    }

    /// - Parameters:
    ///   - source: the input, if there are texts in it.
    ///   - linesBefore: of a part of an input: lines before its first one.
    ///   - parts: further trees of the same input.
    consuming func finish(
        file: SourceFileID, isJSON: Bool, source: [UInt8] = [], linesBefore: UInt32 = 0, parts: [NodeTree] = []
    ) -> NodeTree {
        dropDocument()
        return NodeTree(
            file: file, isJSON: isJSON, linesBefore: linesBefore, records: records, source: source, pool: pool,
            roots: roots, parts: parts)
    }
}
