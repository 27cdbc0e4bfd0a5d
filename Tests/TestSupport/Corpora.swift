public import Foundation

/// Where the shared corpora and captures lie. Tests never copy them into the project.
public enum Corpora {
    /// `$DATAPLANE_CORPORA`, else `../shared/corpora` beside the checkout; `nil` when it is not there.
    public static var policies: URL? { folder("DATAPLANE_CORPORA", "corpora") }

    /// `$DATAPLANE_PCAPS`, else `../shared/pcaps` beside the checkout; `nil` when it is not there.
    public static var captures: URL? { folder("DATAPLANE_PCAPS", "pcaps") }

    /// The top of this checkout.
    public static var checkout: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    private static func folder(_ variable: String, _ name: String) -> URL? {
        let url =
            ProcessInfo.processInfo.environment[variable].map { URL(filePath: $0) }
            ?? checkout.deletingLastPathComponent().appending(path: "shared/\(name)")
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
}
