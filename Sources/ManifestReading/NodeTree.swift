import Diagnostics

/// The documents of one input as flat arrays: one record per node, one byte pool for all text. Immutable once built;
/// `Node` is a view into it.
///
/// ```
/// records:  [mapping 4][scalar "kind"][scalar "Pod"][scalar "spec"][mapping 0] …
///            children of a container follow it; `nextSibling` skips a whole subtree
/// pool:     kindPodspec…           UTF-8, repaired where the input was not valid
/// source:   kind: Pod\nspec:\n…     the input, for texts that stand in it as they are
/// ```
public final class NodeTree: Sendable {
    struct Record: Sendable {
        var kind: Node.Kind
        /// Written without quotes and without tag: the only scalars that YAML 1.1 resolves to other types.
        var isPlain: Bool
        /// A merge key (`<<`), its value, or an entry that a later merge replaces: kept in the array, since anchors may
        /// point into it, but no child of its mapping any more.
        var isSkipped = false
        /// Resolved type of a scalar.
        var scalarType: Node.ScalarType
        /// Scalars: where the text lies in the pool, or with `sourceBit` in the input. Neither is as large as that bit.
        var offset: UInt32
        /// Scalars: bytes of the text. Containers: number of children that are not skipped (a mapping counts key and
        /// value).
        var count: UInt32
        /// Index of the record after this node's subtree; 0 while the container is still being read.
        var nextSibling: UInt32
        var line: UInt32
        var column: UInt32

        /// Marks an `offset` into the input.
        static let sourceBit: UInt32 = 1 << 31

        /// Of a scalar: in the input or the pool.
        var textRange: Range<Int> {
            let start = Int(offset & ~Self.sourceBit)
            return start..<start + Int(count)
        }
    }

    let file: SourceFileID
    let isJSON: Bool
    let records: [Record]
    let source: [UInt8]
    let pool: [UInt8]
    /// Indices of the document roots, in input order.
    let roots: [UInt32]

    init(file: SourceFileID, isJSON: Bool, records: [Record], source: [UInt8], pool: [UInt8], roots: [UInt32]) {
        self.file = file
        self.isJSON = isJSON
        self.records = records
        self.source = source
        self.pool = pool
        self.roots = roots
    }

    /// Text of a scalar; empty for containers.
    func text(of record: Record) -> ArraySlice<UInt8> {
        guard record.kind == .scalar else { return [] }
        return record.offset & Record.sourceBit != 0 ? source[record.textRange] : pool[record.textRange]
    }

    /// Lends the text of a scalar; nothing for containers.
    func withText<R>(of record: Record, _ body: (Span<UInt8>) -> R) -> R {
        guard record.kind == .scalar else { return body(Span()) }
        let bytes = record.offset & Record.sourceBit != 0 ? source : pool
        let text = bytes.span.extracting(record.textRange)
        return body(text)
    }

    /// The root node of every non-empty document.
    public var documents: [Node] { roots.map { Node(tree: self, index: $0) } }
}
