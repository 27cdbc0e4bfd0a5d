import Diagnostics

/// Reads one large input in parts on several cores: the items of a list (`items:` at the left edge, as `kubectl get`
/// prints it), or documents between `---` lines.
///
/// A split is proven, or not made. Each part is read by a `BlockYAMLReader` that supposes to begin between two items (or
/// documents), and must end between two items exactly where the next part begins. The first one begins there for
/// certain; so, one after the other, do all. What looks like an item but is text in a quoted or literal scalar makes
/// the part before it end elsewhere, or fail: then the input is read as one.
struct SplitYAMLReader {
    private let text: InputText
    private let file: SourceFileID
    /// Size of a part, in bytes, about.
    private let partBytes: Int

    /// Smaller inputs are not worth a thread.
    private static let smallestPart = 1 << 18

    /// One part that has been read.
    private struct Part: Sendable {
        var builder: NodeTreeBuilder
        /// Line breaks in it.
        var lines: UInt32
        /// First byte that it did not read.
        var end: Int
    }

    /// The input in parts, one or two for each core and more of a very large one; `nil` when it is small, there is one
    /// core, or the split can't be proven.
    static func read(_ text: InputText, file: SourceFileID, cores: Int = Cores.count) -> NodeTree? {
        let size = text.bytes.count - text.start
        guard cores > 1, size >= 2 * smallestPart else { return nil }
        return read(text, file: file, partBytes: max(smallestPart, min(size / (cores * 4), 16 << 20)))
    }

    static func read(_ text: InputText, file: SourceFileID, partBytes: Int) -> NodeTree? {
        let reader = SplitYAMLReader(text: text, file: file, partBytes: partBytes)
        do throws(BlockYAMLReader.Beyond) {
            if let tree = try reader.readItems() { return tree }
            return try reader.readDocuments()
        } catch {
            return nil
        }
    }

    // MARK: Items

    /// `nil` when there is no `items:` with a list below it near the beginning.
    private func readItems() throws(BlockYAMLReader.Beyond) -> NodeTree? {
        let bytes = text.bytes.span
        guard let first = firstItem(bytes) else { return nil }
        let indent = first.dash - first.line
        let cuts = cuts(from: first.line) { $0 + indent < bytes.count && isItem(bytes, $0, indent) }
        guard cuts.count > 1 else { return nil }
        // The head, which goes on behind the items.
        var outside = try BlockYAMLReader(bytes, text.start..<first.line, line: 1)
        guard try outside.readLines(bytes, before: first.line), outside.position == first.line,
            outside.awaitsValueOfRoot(at: indent)
        else { throw BlockYAMLReader.Beyond() }
        let sequence = try outside.takeSplitSequence(bytes, first.dash)
        let read = Cores.map(cuts.count) { [text] number in
            Self.items(text, cuts, number, indent: indent)
        }
        let parts = try proven(read, cuts)
        guard let last = parts.last else { throw BlockYAMLReader.Beyond() }
        let line = parts.reduce(outside.line) { $0 + $1.lines }
        try outside.resume(bytes, at: last.end, line: line)
        guard try outside.readLines(bytes, before: bytes.count) else { throw BlockYAMLReader.Beyond() }
        try outside.finishDocument()
        let trees = trees(parts, firstLine: first.number)
        var builder = outside.builder
        builder.setCount(of: sequence, trees.reduce(0) { $0 + $1.roots.count })
        return builder.finish(file: file, isJSON: false, source: text.bytes, parts: trees)
    }

    /// Reads the items from one cut to the next; of the last part those before a line that ends the list.
    private static func items(_ text: InputText, _ cuts: [Int], _ number: Int, indent: Int) -> Part? {
        do throws(BlockYAMLReader.Beyond) {
            let bytes = text.bytes.span
            let isLast = number + 1 == cuts.count
            let end = isLast ? bytes.count : cuts[number + 1]
            var reader = try BlockYAMLReader(bytes, cuts[number]..<end, line: 1)
            reader.beginItems(column: indent)
            let reachedEnd = try reader.readLines(bytes, before: end)
            guard reachedEnd || isLast else { return nil }
            try reader.endItems()
            return Part(builder: reader.builder, lines: reader.line - 1, end: reader.position)
        } catch {
            return nil
        }
    }

    /// Where the first item of `items:` stands, if that key stands at the left edge among the first lines.
    private func firstItem(_ bytes: Span<UInt8>) -> (line: Int, dash: Int, number: UInt32)? {
        var at = text.start
        var number: UInt32 = 1
        let key = Array("items:\n".utf8)
        while number <= 64, at + key.count < bytes.count {
            let isKey = key.indices.allSatisfy { bytes[at + $0] == key[$0] }
            guard let next = lineAfter(bytes, at) else { return nil }
            (at, number) = (next, number + 1)
            guard isKey else { continue }
            var dash = at
            while dash + 1 < bytes.count, bytes[dash] == UInt8(ascii: " ") { dash += 1 }
            return isItem(bytes, at, dash - at) ? (at, dash, number) : nil
        }
        return nil
    }

    /// Whether the line at `line` has `indent` blanks, a dash and a blank.
    private func isItem(_ bytes: Span<UInt8>, _ line: Int, _ indent: Int) -> Bool {
        guard line + indent + 1 < bytes.count else { return false }
        for at in line..<line + indent where bytes[at] != UInt8(ascii: " ") { return false }
        return bytes[line + indent] == UInt8(ascii: "-") && bytes[line + indent + 1] == UInt8(ascii: " ")
    }

    // MARK: Documents

    /// `nil` when there are no two documents, or only small ones.
    private func readDocuments() throws(BlockYAMLReader.Beyond) -> NodeTree? {
        let bytes = text.bytes.span
        let cuts = cuts(from: text.start) { line in
            line + 3 < bytes.count && (0..<3).allSatisfy { bytes[line + $0] == UInt8(ascii: "-") }
                && bytes[line + 3] == UInt8(ascii: "\n")
        }
        guard cuts.count > 1 else { return nil }
        let read = Cores.map(cuts.count) { [text] number in Self.documents(text, cuts, number) }
        let parts = try proven(read, cuts)
        return NodeTreeBuilder().finish(
            file: file, isJSON: false, source: [], parts: trees(parts, firstLine: 1))
    }

    private static func documents(_ text: InputText, _ cuts: [Int], _ number: Int) -> Part? {
        do throws(BlockYAMLReader.Beyond) {
            let bytes = text.bytes.span
            let end = number + 1 == cuts.count ? bytes.count : cuts[number + 1]
            var reader = try BlockYAMLReader(bytes, cuts[number]..<end, line: 1)
            guard try reader.readLines(bytes, before: end) else { return nil }
            try reader.finishDocument()
            return Part(builder: reader.builder, lines: reader.line - 1, end: reader.position)
        } catch {
            return nil
        }
    }

    // MARK: Parts

    /// Beginnings of lines at which the input might be cut: `start`, then about every `partBytes` the next line that
    /// `isCut` takes.
    private func cuts(from start: Int, where isCut: (Int) -> Bool) -> [Int] {
        let bytes = text.bytes.span
        var cuts = [start]
        var line = start
        while start + cuts.count * partBytes < bytes.count {
            line = max(line, start + cuts.count * partBytes - 1)
            while let next = lineAfter(bytes, line), !isCut(next) { line = next }
            guard let cut = lineAfter(bytes, line) else { break }
            line = cut
            if cut > (cuts.last ?? 0) { cuts.append(cut) }
        }
        return cuts
    }

    private func lineAfter(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        var at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
        return at + 1 < bytes.count ? at + 1 : nil
    }

    /// The parts, if each of them ended where the next one begins and they are not too many nodes together.
    private func proven(_ read: [Part?], _ cuts: [Int]) throws(BlockYAMLReader.Beyond) -> [Part] {
        let parts = read.compactMap(\.self)
        guard parts.count == cuts.count, zip(parts, cuts.dropFirst()).allSatisfy({ $0.end == $1 }),
            parts.reduce(0, { $0 + $1.builder.records.count }) < ManifestLimits.nodes
        else { throw BlockYAMLReader.Beyond() }
        return parts
    }

    private func trees(_ parts: [Part], firstLine: UInt32) -> [NodeTree] {
        var line = firstLine - 1
        return parts.map { part in
            defer { line += part.lines }
            return part.builder.finish(file: file, isJSON: false, source: text.bytes, linesBefore: line)
        }
    }
}
