public import Diagnostics

/// One YAML or JSON value with its place in the input: a view of two words into a `NodeTree`.
public struct Node: Sendable {
    @frozen public enum Kind: UInt8, Sendable, Hashable {
        case scalar
        case sequence
        case mapping
    }

    /// What a scalar is to kubectl (YAML 1.1 core types; JSON types in JSON).
    @frozen public enum ScalarType: UInt8, Sendable, Hashable {
        case null
        case bool
        case integer
        case float
        case string
    }

    let tree: NodeTree
    let index: UInt32

    var record: NodeTree.Record { tree.records[Int(index)] }

    public var kind: Kind { record.kind }
    /// Of the value's first character. Aliases stand where the alias stands, merged keys where they were written.
    public var location: SourceLocation {
        let record = self.record
        return SourceLocation(file: tree.file, line: tree.linesBefore + record.line, column: record.column)
    }

    // MARK: Scalars

    /// `.string` for containers is never returned: check `kind` first; containers answer `nil`.
    public var scalarType: ScalarType? { kind == .scalar ? record.scalarType : nil }
    public var isNull: Bool { scalarType == .null }

    /// The scalar's text as written (after unquoting and unescaping); `""` for containers.
    public var text: String {
        tree.withText(of: record) { text in
            unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Compares the scalar's text without making a `String`.
    public func textEquals(_ other: StaticString) -> Bool { textEquals(other.description) }

    /// Compares bytewise: `String` equality would take canonically equivalent Unicode for the same key.
    func textEquals(_ other: String) -> Bool {
        let record = self.record
        guard record.kind == .scalar, Int(record.count) == other.utf8.count else { return false }
        return tree.withText(of: record) { text in
            var index = 0
            for byte in other.utf8 {
                guard text[index] == byte else { return false }
                index += 1
            }
            return true
        }
    }

    // MARK: Containers

    /// Number of elements of a sequence, of entries of a mapping; 0 for scalars.
    public var count: Int {
        switch kind {
        case .scalar: 0
        case .sequence: Int(record.count)
        case .mapping: Int(record.count) / 2
        }
    }

    /// Elements of a sequence; empty for everything else.
    public var elements: Children { Children(node: self, live: kind == .sequence) }

    /// Entries of a mapping in written order, duplicates included; empty for everything else.
    public var entries: Entries { Entries(children: Children(node: self, live: kind == .mapping)) }

    /// The value of the last entry with this key (kubectl's lenient decoder: the last duplicate wins).
    public subscript(key: String) -> Node? {
        var found: Node?
        for entry in entries where entry.key.textEquals(key) { found = entry.value }
        return found
    }

    /// The elements of a sequence in groups, one after the other. Groups don't share a tree, so that threads that work on
    /// one group each don't meet.
    public func elementGroups(ofAbout size: Int) -> [[Node]] {
        guard !record.hasParts else { return tree.parts.map(\.ownRoots) }
        let all = Array(elements)
        return stride(from: 0, to: all.count, by: size).map { first in
            let twin = tree.twin()
            return all[first..<min(first + size, all.count)].map { Node(tree: twin, index: $0.index) }
        }
    }

    public struct Children: Sequence, IteratorProtocol, Sendable {
        private var tree: NodeTree
        private var nextIndex: UInt32
        private var remaining: UInt32
        /// Of a sequence with parts: those that come after `tree`, and the next root in `tree`.
        private var parts: ArraySlice<NodeTree> = []
        private var nextRoot: Int?

        init(node: Node, live: Bool) {
            tree = node.tree
            nextIndex = node.index + 1
            remaining = live ? node.record.count : 0
            guard live, node.record.hasParts, let first = tree.parts.first else { return }
            parts = tree.parts.dropFirst()
            tree = first
            nextRoot = 0
        }

        public mutating func next() -> Node? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            if let root = nextRoot { return nextOfParts(root) }
            while tree.records[Int(nextIndex)].isSkipped { nextIndex = tree.records[Int(nextIndex)].nextSibling }
            let node = Node(tree: tree, index: nextIndex)
            nextIndex = tree.records[Int(nextIndex)].nextSibling
            return node
        }

        private mutating func nextOfParts(_ root: Int) -> Node? {
            var root = root
            while root == tree.roots.count {
                guard let next = parts.popFirst() else { return nil }
                (tree, root) = (next, 0)
            }
            nextRoot = root + 1
            return Node(tree: tree, index: tree.roots[root])
        }
    }

    public struct Entry: Sendable {
        public let key: Node
        public let value: Node
    }

    public struct Entries: Sequence, IteratorProtocol, Sendable {
        var children: Children

        public mutating func next() -> Entry? {
            guard let key = children.next(), let value = children.next() else { return nil }
            return Entry(key: key, value: value)
        }
    }
}
