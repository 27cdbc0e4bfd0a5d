/// Reading a part of an input, for `SplitYAMLReader`.
extension BlockYAMLReader {
    /// Supposes a block sequence whose entries stand at `column`, `position` being between two of them: its items become
    /// the roots.
    mutating func beginItems(column: Int) {
        open = [Open(isSequence: true, column: column)]
        base = 1
        hasRoot = true
    }

    /// Ends the last item at `position`, which must be between two items or behind the last one.
    mutating func endItems() throws(Beyond) {
        guard let sequence = open.first else { throw Beyond() }
        while open.count > 1, let container = open.popLast() { try close(container) }
        if sequence.awaitsValue { try appendNull(in: sequence) }
        builder.makeRootsOfAll()
    }

    /// The root mapping, at the left edge, awaits a value, for which a sequence at `column` will do.
    func awaitsValueOfRoot(at column: Int) -> Bool {
        guard open.count == 1, let root = open.first else { return false }
        return !root.isSequence && root.column == 0 && root.awaitsValue
    }

    /// Takes a sequence that others read, its first dash at `at`, as the value that is awaited.
    mutating func takeSplitSequence(_ text: Span<UInt8>, _ at: Int) throws(Beyond) -> UInt32 {
        try fillAwaited()
        do throws(NodeTreeBuilder.Excess) {
            let index = try builder.beginContainer(.sequence, line: line, column: UInt32(at - lineStart) + 1)
            builder.endContainer()
            return index
        } catch {
            throw Beyond()
        }
    }

    /// Goes on with the line at `position`.
    mutating func resume(_ text: Span<UInt8>, at position: Int, line: UInt32) throws(Beyond) {
        switch OrdinaryText(text, in: position..<text.count) {
        case .ascii: break
        case .utf8: isASCII = false
        case .other: throw Beyond()
        }
        self.position = position
        lineStart = position
        self.line = line
    }
}
