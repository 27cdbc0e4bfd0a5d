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
        /// `offset` of a sequence whose elements are the roots of the tree's parts.
        static let partsBit: UInt32 = 1

        var hasParts: Bool { kind == .sequence && offset == Self.partsBit }

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

    /// Lines of the input before this tree's first one: `Record.line` counts from there.
    let linesBefore: UInt32
    /// Trees of further parts of the input, in its order: the elements of this tree's one sequence that has parts, or
    /// documents behind those of this tree.
    let parts: [NodeTree]

    init(
        file: SourceFileID, isJSON: Bool, linesBefore: UInt32 = 0, records: [Record], source: [UInt8], pool: [UInt8],
        roots: [UInt32], parts: [NodeTree] = []
    ) {
        self.file = file
        self.isJSON = isJSON
        self.linesBefore = linesBefore
        self.records = records
        self.source = source
        self.pool = pool
        self.roots = roots
        self.parts = parts
    }

    /// Text of a scalar; empty for containers.
    func text(of record: Record) -> ArraySlice<UInt8> {
        guard record.kind == .scalar else { return [] }
        return record.offset & Record.sourceBit != 0 ? source[record.textRange] : pool[record.textRange]
    }

    /// Lends the text of a scalar; nothing for containers. Takes no reference to the arrays, which threads share.
    @inline(__always) func withText<R>(of record: Record, _ body: (Span<UInt8>) -> R) -> R {
        guard record.kind == .scalar else { return body(Span()) }
        if record.offset & Record.sourceBit != 0 {
            return unsafe source.withUnsafeBufferPointer { unsafe body($0.span.extracting(record.textRange)) }
        } else {
            return unsafe pool.withUnsafeBufferPointer { unsafe body($0.span.extracting(record.textRange)) }
        }
    }

    /// Nodes of this tree and its parts: how much work it is to go over them.
    public var nodeCount: Int { parts.reduce(records.count) { $0 + $1.nodeCount } }

    /// The same tree as an object of its own: threads that count references to one object slow each other down.
    func twin() -> NodeTree {
        NodeTree(
            file: file, isJSON: isJSON, linesBefore: linesBefore, records: records, source: source, pool: pool,
            roots: roots, parts: parts)
    }

    /// The root node of every non-empty document.
    public var documents: [Node] { documentTrees.flatMap(\.ownRoots) }

    /// The trees that hold the documents, in the order of the input: threads that work on one each don't meet.
    public var documentTrees: [NodeTree] { roots.isEmpty && !parts.isEmpty ? parts : [self] }

    /// The roots of this tree alone.
    var ownRoots: [Node] { roots.map { Node(tree: self, index: $0) } }
}
