public import Foundation
public import Workspace

/// One folder with `manifests/` and `expect.json`.
public struct PolicyTestCase: Sendable {
    /// Path as found below the folder that the user named.
    public var name: String
    public var folder: URL

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
            guard entry.hasSuffix("/expect.json") else { continue }
            folders.append(String(entry.dropLast("/expect.json".count)))
        }
        guard !folders.isEmpty else {
            throw PolicyTestError(message: "\(path): no folder with manifests/ and expect.json in it")
        }
        return folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder in
            let url = folder.isEmpty ? root : root.appending(path: folder, directoryHint: .isDirectory)
            return PolicyTestCase(name: folder.isEmpty ? root.lastPathComponent : folder, folder: url)
        }
    }

    private static func isCase(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: "expect.json").path)
    }

    var expectation: URL { folder.appending(path: "expect.json") }

    /// The case's manifests; what its workload templates lack is made up.
    public func load() -> LoadedInputs {
        LoadedInputs.load([folder.appending(path: "manifests").path], recursive: true, whatIf: true)
    }
}
