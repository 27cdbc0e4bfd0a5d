import Diagnostics
import Foundation
import ManifestReading
import Testing

@Suite struct ManifestSourceTests {
    /// A folder that is removed with this value.
    final class Folder {
        let url: URL
        var path: String { url.path }

        init() throws {
            url = FileManager.default.temporaryDirectory.appending(path: "manifest-source-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ name: String, _ text: String = "a: 1\n") throws {
            let file = url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: url.appending(path: name).path, withDestinationPath: target)
        }
    }

    /// The paths found, below `folder`, and the ids of what was wrong.
    private func find(
        _ arguments: [String], recursive: Bool = false, in folder: Folder
    ) -> (paths: [String], ids: [String], sources: SourceMap) {
        var sources = SourceMap()
        let source = ManifestSource(arguments: arguments, recursive: recursive, sources: &sources)
        let paths = source.inputs.map { $0.path.replacing(folder.path + "/", with: "") }
        #expect(
            source.inputs.map { sources.path($0.file) } == source.inputs.map { $0.path == "-" ? "<stdin>" : $0.path })
        return (paths, source.diagnostics.map(\.id), sources)
    }

    @Test func directoriesByExtensionInByteOrder() throws {
        let folder = try Folder()
        for name in ["b.yaml", "a.yml", "B.json", "c.txt", "d.yaml.bak", "sub/x.yaml", "yaml"] {
            try folder.write(name)
        }
        #expect(find([folder.path], in: folder).paths == ["B.json", "a.yml", "b.yaml"])
        #expect(find([folder.path + "/"], in: folder).paths == ["B.json", "a.yml", "b.yaml"])
    }

    @Test func recursive() throws {
        let folder = try Folder()
        for name in ["b.yaml", "a/z.yaml", "a.yaml", "a/b/c.json", "n/readme.md"] { try folder.write(name) }
        #expect(
            find([folder.path], recursive: true, in: folder).paths == ["a.yaml", "a/b/c.json", "a/z.yaml", "b.yaml"])
    }

    @Test func namedFilesMayHaveAnyExtension() throws {
        let folder = try Folder()
        try folder.write("policy.txt")
        #expect(find([folder.path + "/policy.txt", "-"], in: folder).paths == ["policy.txt", "-"])
    }

    @Test func linksAreFollowedAndLoopsEnd() throws {
        let folder = try Folder()
        try folder.write("real/p.yaml")
        try folder.link("real/loop", to: "..")
        try folder.link("alias", to: "real")
        try folder.link("top.yaml", to: "real/p.yaml")
        let found = find([folder.path], recursive: true, in: folder)
        #expect(found.paths.count == 2)
        #expect(found.paths.last == "top.yaml")
        #expect(found.ids.isEmpty)
    }

    @Test func missingThingsAreReportedAndTheRestGoesOn() throws {
        let folder = try Folder()
        try folder.write("ok.yaml")
        try folder.write("empty/readme.md")
        try folder.link("dangling.yaml", to: "nowhere")
        let found = find(
            [folder.path + "/none.yaml", folder.path + "/empty", "https://example.org/x.yaml", folder.path],
            in: folder)
        #expect(found.paths == ["ok.yaml"])
        #expect(found.ids == ["unreadable-input", "no-manifests", "unreadable-input", "unreadable-input"])
    }

    @Test func messagesNameTheInput() throws {
        let folder = try Folder()
        var sources = SourceMap()
        let source = ManifestSource(arguments: [folder.path + "/none.yaml"], recursive: false, sources: &sources)
        let text = DiagnosticRenderer(sources: sources).text(try #require(source.diagnostics.first))
        #expect(text == "\(folder.path)/none.yaml: error: can't be read: No such file or directory [unreadable-input]")
    }

    @Test func standardInputTwice() throws {
        let folder = try Folder()
        let found = find(["-", "-"], in: folder)
        #expect(found.paths == ["-"])
        #expect(found.ids == ["standard-input-twice"])
    }

    @Test func fifos() throws {
        let folder = try Folder()
        try folder.write("a.yaml")
        let fifo = folder.path + "/pipe.yaml"
        let made = unsafe mkfifo(fifo, 0o600)
        #expect(made == 0)
        let found = find([folder.path], in: folder)
        #expect(found.paths == ["a.yaml"])
        #expect(found.ids == ["special-file"])
        let writer = Thread { try? Data("from: fifo\n".utf8).write(to: URL(filePath: fifo), options: []) }
        writer.start()
        var sources = SourceMap()
        let source = ManifestSource(arguments: [fifo], recursive: false, sources: &sources)
        #expect(source.readAll().map(\.rendered) == [["{from:\"fifo\"}"]])
    }

    @Test func devicesAndUnreadableInputs() throws {
        var sources = SourceMap()
        let source = ManifestSource(arguments: ["/dev/null"], recursive: false, sources: &sources)
        #expect(source.readAll().map(\.rendered) == [[]])
        let folder = try Folder()
        try folder.write("gone.yaml")
        let gone = ManifestSource(arguments: [folder.path], recursive: false, sources: &sources)
        try FileManager.default.removeItem(atPath: folder.path + "/gone.yaml")
        #expect(gone.readAll().flatMap(\.findings) == ["0:0 error unreadable-input"])
    }
}
