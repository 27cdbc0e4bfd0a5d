import Diagnostics
import ManifestReading
import NetTypes

/// A mapping file: the addresses of domain names, for a whole run.
///
/// ```yaml
/// api.example.com: [203.0.113.5, 2001:db8::5]
/// cdn.example.com:
///   - {address: 203.0.113.9, ttl: 60}
/// ```
/// `ttl` is in seconds and matters to the kernel alone: `apply` loads the address with that timeout.
struct DomainMapping {
    private(set) var table = DomainTable()
    private(set) var diagnostics: [Diagnostic]
    private let sources: SourceMap

    /// The largest time to live (RFC 2181 8).
    private static let timeToLiveLimit: Int64 = 1 << 31 - 1

    /// Reads a YAML or JSON file, or `-`; whatever is wrong is among the diagnostics, and leaves out that value alone.
    init(path: String, sources: inout SourceMap) {
        let files = ManifestSource(arguments: [path], recursive: false, sources: &sources)
        self.sources = sources
        diagnostics = files.diagnostics
        guard files.directories.isEmpty else {
            diagnostics.append(Diagnostic(.error, "domain-mapping", at: nil, "\(path): is a directory, not a file"))
            return
        }
        for manifest in files.readAll() { read(manifest) }
    }

    init(bytes: [UInt8], file: SourceFileID, sources: SourceMap) {
        self.sources = sources
        diagnostics = []
        read(ManifestReader.read(bytes: bytes, file: file))
    }

    private mutating func read(_ manifest: ReadManifest) {
        diagnostics += manifest.diagnostics
        for document in manifest.tree.documents where !document.isNull {
            guard document.kind == .mapping else {
                report(document, "must be a mapping of domain names to lists of addresses")
                continue
            }
            for entry in document.entries { read(entry) }
        }
    }

    private mutating func read(_ entry: Node.Entry) {
        let name = entry.key.text
        if let problem = DomainName.problem(with: name) {
            report(entry.key, "\(JSONText.quoted(name)) is no domain name: it \(problem)")
            return
        }
        guard entry.value.kind == .sequence else {
            report(entry.value, "the addresses of \(name) must be a list")
            return
        }
        for item in entry.value.elements {
            guard let (address, timeToLive) = read(item, of: name) else { continue }
            table.insert(
                DomainRecord(
                    name: DomainName.normalized(name), address: address, timeToLive: timeToLive,
                    origin: .mapping(place: sources.lineText(item.location))))
        }
    }

    private mutating func read(_ item: Node, of name: String) -> (IPAddress, UInt32?)? {
        guard item.kind == .mapping else { return address(item, of: name).map { ($0, nil) } }
        var address: IPAddress?
        var timeToLive: UInt32?
        for entry in item.entries {
            switch entry.key.text {
            case "address": address = self.address(entry.value, of: name)
            case "ttl":
                guard let seconds = entry.value.integerValue, 1...Self.timeToLiveLimit ~= seconds else {
                    report(entry.value, "ttl must be a number of seconds from 1 to \(Self.timeToLiveLimit)")
                    return nil
                }
                timeToLive = UInt32(seconds)
            default:
                report(entry.key, "unknown field \(JSONText.quoted(entry.key.text)): there are address and ttl")
                return nil
            }
        }
        if item["address"] == nil { report(item, "an address of \(name) has no field address") }
        return address.map { ($0, timeToLive) }
    }

    private mutating func address(_ node: Node, of name: String) -> IPAddress? {
        guard node.scalarType == .string, let address = IPAddress(node.text) else {
            report(node, "\(JSONText.quoted(node.text)) is no IP address of \(name)")
            return nil
        }
        return address
    }

    private mutating func report(_ node: Node, _ message: String) {
        diagnostics.append(Diagnostic(.error, "domain-mapping", at: node.location, message))
    }
}
