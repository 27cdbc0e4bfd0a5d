/// Two texts as one: lines of the first alone behind `-`, of the second alone behind `+`, of both behind a space.
///
/// Lines that stand once in either text hold the others in place (patience difference): O(n log n) in the number of
/// lines, however much the texts differ.
struct LineDifference {
    private let old: [Substring]
    private let new: [Substring]
    private var lines: [(mark: Character, text: Substring)] = []

    init(_ old: String, _ new: String) {
        self.old = old.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        self.new = new.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        compare(0..<self.old.count, 0..<self.new.count)
    }

    /// The changes, each with up to `context` equal lines around it; `...` stands for the others. Empty for equal texts.
    func text(context: Int) -> String {
        var isShown = [Bool](repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() where line.mark != " " {
            for near in max(0, index - context)...min(lines.count - 1, index + context) { isShown[near] = true }
        }
        guard isShown.contains(true) else { return "" }
        var text = ""
        for (index, line) in lines.enumerated() {
            if isShown[index] {
                text += "\(line.mark)\(line.text)\n"
            } else if index == 0 || isShown[index - 1] {
                text += "...\n"
            }
        }
        return text
    }

    private mutating func compare(_ a: Range<Int>, _ b: Range<Int>) {
        var (a, b) = (a, b)
        while let i = a.first, let j = b.first, old[i] == new[j] {
            lines.append((" ", old[i]))
            (a, b) = (a.dropFirst(), b.dropFirst())
        }
        var tail = 0
        while tail < min(a.count, b.count), old[a.upperBound - 1 - tail] == new[b.upperBound - 1 - tail] { tail += 1 }
        let (middleA, middleB) = (a.lowerBound..<(a.upperBound - tail), b.lowerBound..<(b.upperBound - tail))
        let anchors = anchors(middleA, middleB)
        if anchors.isEmpty {
            lines += middleA.map { ("-", old[$0]) } + middleB.map { ("+", new[$0]) }
        } else {
            var (i, j) = (middleA.lowerBound, middleB.lowerBound)
            for anchor in anchors {
                replace(i..<anchor.old, j..<anchor.new)
                lines.append((" ", old[anchor.old]))
                (i, j) = (anchor.old + 1, anchor.new + 1)
            }
            replace(i..<middleA.upperBound, j..<middleB.upperBound)
        }
        lines += (a.upperBound - tail..<a.upperBound).map { (" ", old[$0]) }
    }

    /// Between anchors: equal heads and tails, and the rest replaced.
    private mutating func replace(_ a: Range<Int>, _ b: Range<Int>) {
        var head = 0
        while head < min(a.count, b.count), old[a.lowerBound + head] == new[b.lowerBound + head] { head += 1 }
        let (a, b) = (a.dropFirst(head), b.dropFirst(head))
        var tail = 0
        while tail < min(a.count, b.count), old[a.upperBound - 1 - tail] == new[b.upperBound - 1 - tail] { tail += 1 }
        lines += (a.lowerBound - head..<a.lowerBound).map { (" ", old[$0]) }
        lines += a.dropLast(tail).map { ("-", old[$0]) } + b.dropLast(tail).map { ("+", new[$0]) }
        lines += a.suffix(tail).map { (" ", old[$0]) }
    }

    private struct Anchor {
        var old: Int
        var new: Int
    }

    /// Lines that stand once in each part, as many as have the same order in both (longest increasing subsequence).
    private func anchors(_ a: Range<Int>, _ b: Range<Int>) -> [Anchor] {
        let (inOld, inNew) = (unique(old, a), unique(new, b))
        let pairs = a.compactMap { index in
            inOld[old[index]] == index ? inNew[old[index]].flatMap { $0 < 0 ? nil : Anchor(old: index, new: $0) } : nil
        }
        var piles: [Int] = []
        var before = [Int](repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var (low, high) = (0, piles.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[piles[middle]].new < pair.new { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = piles[low - 1] }
            if low == piles.count { piles.append(index) } else { piles[low] = index }
        }
        var chain: [Anchor] = []
        var last = piles.last ?? -1
        while last >= 0 {
            chain.append(pairs[last])
            last = before[last]
        }
        return chain.reversed()
    }

    /// The place of each line, or -1 when it stands there several times.
    private func unique(_ lines: [Substring], _ range: Range<Int>) -> [Substring: Int] {
        Dictionary(range.map { (lines[$0], $0) }) { _, _ in -1 }
    }
}
