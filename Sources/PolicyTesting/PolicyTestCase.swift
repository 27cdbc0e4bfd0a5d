public import Foundation
public import PolicyIR
public import Workspace

/// One folder with `manifests/` and either `expect.json` or `probes.json`.
public struct PolicyTestCase: Sendable {
    /// Path as found below the folder that the user named.
    public var name: String
    public var folder: URL
    /// Whose API the manifests are of.
    public var edition = EditionInputs()
    /// Which policies count as enforced.
    public var staging = Staging.asWritten
    /// Manifests of a planned change, beside those of the case.
    public var planned: [String] = []

    /// Every case at or below `path`, in bytewise order of their paths. The error is a sentence for the user.
    public static func find(at path: String) throws(PolicyTestError) -> [PolicyTestCase] {
        let root = URL(filePath: path, directoryHint: .isDirectory)
        guard let isDirectory = (try? root.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory else {
            throw PolicyTestError(message: "\(path): no such directory")
        }
        guard isDirectory else { throw PolicyTestError(message: "\(path): not a directory") }
        var folders: [String] = []
        if isCase(root) { folders.append("") }
        let entries = FileManager.default.enumerator(atPath: path)
        while let entry = entries?.nextObject() as? String {
            for file in fileNames where entry.hasSuffix("/\(file)") {
                folders.append(String(entry.dropLast(file.count + 1)))
            }
        }
        guard !folders.isEmpty else {
            throw PolicyTestError(message: "\(path): no folder with manifests/ and expect.json or probes.json in it")
        }
        return folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder in
            let url = folder.isEmpty ? root : root.appending(path: folder, directoryHint: .isDirectory)
            return PolicyTestCase(name: folder.isEmpty ? root.lastPathComponent : folder, folder: url)
        }
    }

    private static let fileNames = ["expect.json", "probes.json"]

    private static func isCase(_ url: URL) -> Bool {
        fileNames.contains { FileManager.default.fileExists(atPath: url.appending(path: $0).path) }
    }

    var expectation: URL { folder.appending(path: "expect.json") }
    var probes: URL { folder.appending(path: "probes.json") }
    var manifests: URL { folder.appending(path: "manifests") }

    /// Packets measured on a node, as against questions about pairs.
    var isMeasured: Bool { FileManager.default.fileExists(atPath: probes.path) }

    /// The case's manifests; what its workload templates lack is made up.
    public func load() -> LoadedInputs {
        load(ResolveOptions(whatIf: true))
    }

    func load(_ options: ResolveOptions) -> LoadedInputs {
        var options = options
        options.staging = staging
        return LoadedInputs.load(
            [manifests.path], planned: planned, recursive: true, options: options, edition: edition)
    }
}
