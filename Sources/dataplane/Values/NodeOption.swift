/// `--node NAME`: the node whose dataplane is meant.
enum NodeOption {
    static func option(help: String) -> ValueOption<String> {
        ValueOption("node", nil, ValueShape(name: "NAME"), help: help) { (text) throws(UsageError) in
            guard ValueDecoding.isSubdomain(text) else {
                throw UsageError("'\(text)' is not a node name: a-z, 0-9, - and ., starting and ending in a-z or 0-9")
            }
            return text
        }
    }
}
