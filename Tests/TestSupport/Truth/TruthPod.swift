import Foundation
public import NetTypes

/// A pod on the node under test: an interface and the addresses behind it.
public struct TruthPod: Sendable {
    public var interface: String
    public var addresses: [IPAddress]

    /// Reads the pods of `node` out of a case's manifests. Line by line, in the form in which this corpus writes pods:
    /// the project's own reader is under test elsewhere and must not decide what the kernel is set up with.
    static func pods(in manifests: URL, of node: String) throws -> [TruthPod] {
        try FileManager.default.contentsOfDirectory(at: manifests, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .flatMap { try String(contentsOf: $0, encoding: .utf8).components(separatedBy: "\n---\n") }
            .compactMap { pod($0, node) }
    }

    private static func pod(_ document: String, _ node: String) -> TruthPod? {
        guard document.hasPrefix("kind: Pod\n") || document.contains("\nkind: Pod\n"),
            value("nodeName", document) == node, !document.contains("hostNetwork: true"),
            let name = value("name", document), let namespace = value("namespace", document)
        else { return nil }
        let addresses = document.matches(of: /\bip: '?([0-9a-fA-F.:]+)'?/).compactMap { IPAddress(String($0.1)) }
        return TruthPod(interface: interface(namespace: namespace, pod: name), addresses: addresses)
    }

    /// The first scalar of that key; pods' metadata comes first in every manifest.
    private static func value(_ key: String, _ document: String) -> String? {
        guard let start = document.firstMatch(of: try? Regex("\\b\(key): ['\"]?"))?.range.upperBound else { return nil }
        return String(document[start...].prefix { !"'\",}\n".contains($0) })
    }

    /// `cali` and the first 11 hex digits of the SHA-1 of `namespace.pod`.
    private static func interface(namespace: String, pod: String) -> String {
        let hex = SecureHash.sha1("\(namespace).\(pod)".utf8)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
        return "cali" + hex.prefix(11)
    }
}

extension String {
    fileprivate func firstMatch(of pattern: Regex<AnyRegexOutput>?) -> Regex<AnyRegexOutput>.Match? {
        pattern.flatMap { firstMatch(of: $0) }
    }
}
