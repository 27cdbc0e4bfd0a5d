import Foundation
import TestSupport
import Testing

/// Calico's own unit tests as data: `felix` among the corpora, or another folder of the same format.
enum FelixCorpus {
    static let absence = Comment("the corpus file is absent: set DATAPLANE_CORPORA")

    /// `nil` when the corpora are not there or lack this file.
    static func file(_ name: String) -> URL? {
        Corpora.policies.map { $0.appending(path: "felix/\(name).json") }
            .flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
    }

    /// The cases of a file, each with an id that is its own: its name, numbered where several bear it.
    ///
    /// - Parameter format: what the file must say it is.
    static func cases(_ name: String, format: String) throws -> [(id: String, value: JSONValue)] {
        guard let url = file(name) else { throw CorpusFault("no \(name).json") }
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
        let root = try CaseObject(document, at: name, known: ["format", "licence", "cases"])
        guard try root.string("format") == format else { throw CorpusFault("\(name): not of format \(format)") }
        let cases = try root.array("cases")
        guard !cases.isEmpty else { throw CorpusFault("\(name): no cases") }
        var seen: [String: Int] = [:]
        return cases.map { value in
            let name = if case .string(let text)? = value["case"] { text } else { "unnamed" }
            let number = seen[name, default: 0] + 1
            seen[name] = number
            return (id: number == 1 ? name : "\(name) (\(number))", value: value)
        }
    }
}
