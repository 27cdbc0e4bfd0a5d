extension NftTable {
    /// The table in the nft language, as `nft -f` loads it: comment lines, then one `table inet` block.
    ///
    /// - Parameter header: Lines for the reader, each printed behind `# `.
    public func nftText(header: [String] = []) -> String {
        var lines = header.map { "# " + NftComment.quotable($0) }
        lines.append("table inet \(name) {")
        if let comment = commentText { lines.append("\tcomment \"\(comment)\"") }
        for set in sets { lines += set.nftLines }
        for chain in chains { lines += chain.nftLines }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension NftChain {
    var nftLines: [String] {
        var lines = ["", "\tchain \(name) {"]
        if let comment { lines.append("\t\tcomment \"\(comment)\"") }
        if let base {
            lines.append("\t\ttype filter hook \(base.hook.rawValue) priority \(base.priority); policy accept;")
        }
        for rule in rules { lines.append("\t\t" + rule.nftText) }
        lines.append("\t}")
        return lines
    }
}

extension NftRule {
    /// One line without indentation.
    public var nftText: String {
        (statements.map(\.nftText) + (comment.map { ["comment \"\($0)\""] } ?? [])).joined(separator: " ")
    }
}
