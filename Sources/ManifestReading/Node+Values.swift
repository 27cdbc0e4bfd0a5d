extension Node {
    /// The value of a bool scalar (YAML's `yes`, `off`, … included); `nil` for everything else.
    public var boolValue: Bool? { scalarType == .bool ? YAMLScalar.bool(bytes.span) : nil }

    /// The value that an integer field takes from this node; `nil` for what Kubernetes refuses there.
    ///
    /// In YAML that is every number whose value is an integer of 64 bits (`0x50`, `1_000`, and `80.0` or `1e3` too:
    /// kubectl turns YAML into JSON first, and there they are 80 and 1000); in JSON only a literal without fraction and
    /// exponent.
    public var integerValue: Int64? {
        switch scalarType {
        case .integer where tree.isJSON: return Int64(text)
        case .float where !tree.isJSON, .integer:
            switch YAMLNumber(bytes.span) {
            case .integer(let value): return value
            case .float(let value): return Int64(exactly: value)
            case .unsigned, .big, nil: return nil
            }
        default: return nil
        }
    }

    /// The value of a number; `nil` for everything else and beyond the range of a double.
    public var doubleValue: Double? {
        switch scalarType {
        case .integer, .float:
            let value = tree.isJSON ? Double(text) : YAMLNumber(bytes.span)?.double
            return value.flatMap { $0.isFinite ? $0 : nil }
        default: return nil
        }
    }

    private var bytes: ArraySlice<UInt8> { tree.text(of: record) }
}
