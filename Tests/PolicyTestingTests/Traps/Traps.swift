import Testing

/// Every trap of calico.md 8 (T1…T67) and kubernetes.md 10 (K1…K36): a test of that name, in files by theme. Each shows
/// the trap and what is not caught in it, so that the naive reading fails.
@Suite(.serialized) enum Traps {
    /// `b/client -> a/web TCP 80`: the packet of most traps.
    static let client = "b/client -> a/web TCP 80"
    /// The packet from a pod of the same namespace, on the other node.
    static let neighbour = "a/db -> a/web TCP 80"
    /// The packet from an outside address.
    static let stranger = "9.9.9.9 -> a/web TCP 80"
}
