import Diagnostics
import Foundation
import ManifestReading
import NetTypes
import TestSupport
import Testing

@testable import Resources

/// Documents with the answers of a real kube-apiserver and a real calicoctl, and Calico's own validation tables.
struct CorpusValidationTests {
    /// Refused for the state of the cluster that answered, not for what the document says (the corpus' README).
    private static let answersOfTheCluster: Set<Int> = [35, 400, 403, 833, 1442]

    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"))
    func measuredAnswers() throws {
        let cases = try Self.cases("validation/cases.json")
        var failures: [String] = []
        var tried = 0
        for entry in cases {
            let id = Int(try #require(entry["id"]?.integerValue))
            guard !Self.answersOfTheCluster.contains(id) else { continue }
            tried += 1
            let errors = try Self.errors(in: #require(entry["document"]))
            let path = Self.bracketed(try #require(entry["path"]?.text))
            if entry["accepted"]?.boolValue == true {
                if !errors.isEmpty { failures.append("\(id): accepted there, refused here: \(Self.text(errors))") }
            } else if errors.isEmpty {
                failures.append("\(id): refused there at \(path), accepted here")
            } else if !errors.contains(where: { Self.mentions($0, path) }) {
                failures.append("\(id): refused there at \(path), here elsewhere: \(Self.text(errors))")
            }
        }
        print("validation corpus: \(tried - failures.count) of \(tried) answers as measured")
        #expect(tried == 846)
        #expect(failures == [])
    }

    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"))
    func calicoTables() throws {
        let cases = try Self.cases("felix/validation.json")
        var failures: [String] = []
        for entry in cases {
            let errors = try Self.errors(in: #require(entry["document"]))
            let isValid = entry["valid"]?.boolValue == true
            if errors.isEmpty != isValid {
                failures.append("\(entry["case"]?.text ?? ""): valid \(isValid), here: \(Self.text(errors))")
            }
        }
        print("Calico's validation tables: \(cases.count - failures.count) of \(cases.count)")
        #expect(cases.count > 0)
        #expect(failures == [])
    }

    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"))
    func numbersOrStrings() throws {
        let cases = try Self.cases("felix/numorstring.json")
        var failures: [String] = []
        for entry in cases {
            let name = entry["case"]?.text ?? entry["input"]?.text ?? entry["protocol"]?.text ?? ""
            if let failure = try Self.checkNumberOrString(entry) { failures.append("\(name): \(failure)") }
        }
        print("numbers or strings: \(cases.count - failures.count) of \(cases.count)")
        #expect(cases.count > 0)
        #expect(failures == [])
    }

    // MARK: Cases

    private static func cases(_ file: String) throws -> [Node] {
        let url = try #require(Corpora.policies).appending(path: file)
        let manifest = ManifestReader.read(bytes: Array(try Data(contentsOf: url)), file: SourceFileID(0))
        #expect(manifest.diagnostics == [])
        return Array(try #require(manifest.tree.documents.first?["cases"]).elements)
    }

    private static func errors(in document: Node) -> [Diagnostic] {
        ResourceDecoder.decode(documents: [document], sources: SourceMap()).diagnostics
            .filter { $0.severity == .error }
    }

    private static func text(_ errors: [Diagnostic]) -> String {
        errors.map { "\($0.fieldPath): \($0.message)" }.joined(separator: " | ")
    }

    /// `a.0.b` → `a[0].b`.
    private static func bracketed(_ path: String) -> String {
        path.split(separator: ".").reduce(into: "") { text, part in
            if Int(part) != nil { text += "[\(part)]" } else { text += text.isEmpty ? "\(part)" : ".\(part)" }
        }
    }

    /// Whether the error, or one of its notes, stands at `path`, above it or below it.
    private static func mentions(_ error: Diagnostic, _ path: String) -> Bool {
        ([error.fieldPath] + error.notes.map(\.fieldPath)).contains { place in
            !place.isEmpty && (isWithin(place, path) || isWithin(path, place))
        }
    }

    private static func isWithin(_ inner: String, _ outer: String) -> Bool {
        guard inner.hasPrefix(outer) else { return false }
        let next = inner.dropFirst(outer.count).first
        return next == nil || next == "." || next == "["
    }

    // MARK: Numbers or strings

    /// What differs in our answer; `nil` when nothing does.
    private static func checkNumberOrString(_ entry: Node) throws -> String? {
        switch entry["kind"]?.text {
        case "port-json": return try checkParsed(entry, value: portText)
        case "protocol-json": return try checkParsed(entry, value: protocolText)
        case "protocol-supports-ports":
            let node = try #require(entry["protocol"])
            let reference = ProtocolReference.decode(field(node))
            return reference?.proto?.allowsPortMatch ?? false == entry["expect"]?.boolValue ? nil : "\(node.text)"
        case "protocol-canonical-name":
            let input = try #require(entry["input"]?.text)
            let name = IPProtocol.calicoNames.first { $0.name.lowercased() == input.lowercased() }?.name
            return name == entry["expect"]?.text ? nil : "\(name ?? "none")"
        case "named-port":
            let isReadable = PortText.parse(try #require(entry["input"]?.text)) != .unreadable
            return isReadable == entry["valid"]?.boolValue ? nil : "readable: \(isReadable)"
        default: return "unknown kind of case"
        }
    }

    private static func field(_ node: Node) -> Field {
        Field(root: node, schema: ObjectSchema([]), log: ObjectLog(dialect: .calico))
    }

    private static func checkParsed(_ entry: Node, value: (Field) -> String?) throws -> String? {
        let json = try #require(entry["json"]?.text)
        let manifest = ManifestReader.read(bytes: Array("{\"value\":\(json)}".utf8), file: SourceFileID(0))
        let isReadable = !manifest.diagnostics.hasErrors
        let node = isReadable ? manifest.tree.documents.first?["value"] : nil
        let found = node.flatMap { value(field($0)) }
        let expected = entry["valid"]?.boolValue == true ? entry["value"]?.text : nil
        return found == expected ? nil : "found \(found ?? "nothing"), expected \(expected ?? "a refusal")"
    }

    private static func portText(_ field: Field) -> String? {
        switch PortReference.decode(field) {
        case .number(let number)?: return UInt16(exactly: number).map { "\($0)" }
        case .name(let text)?:
            switch PortText.parse(text) {
            case .range(let range):
                return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound)"
            case .name(let name): return name
            case .reversedRange, .unreadable: return nil
            }
        case nil: return nil
        }
    }

    private static func protocolText(_ field: Field) -> String? {
        switch ProtocolReference.decode(field) {
        case .number(let number)?: "\(number)"
        case .name(let name)?: name
        case nil: nil
        }
    }
}
