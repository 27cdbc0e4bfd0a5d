/// What an input may ask for. Beyond any real manifest, within what a machine can hold: hostile inputs end in an error.
public enum ManifestLimits {
    /// Largest input, in bytes. A dump of 100,000 pods is about 0.4 GB.
    public static let inputBytes = 1 << 30
    /// Most nodes of one input, copies of aliased nodes included; each takes 24 bytes.
    public static let nodes = 100_000_000
    /// Deepest nesting of mappings and sequences.
    public static let depth = 1_000
    /// Nodes that aliases and merge keys of one input may make beyond as many as it has written itself (go-yaml, too,
    /// lets small documents expand to 400,000 nodes and big ones by a small factor).
    public static let freeAliasNodes = 400_000
}
