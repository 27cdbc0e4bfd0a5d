import Foundation

/// `expect.json` of one test case: packets with the verdict each must get (format of the connectivity corpus).
/// Only `probes` is required; keys that are not named here are for readers.
struct ExpectFile: Decodable {
    struct Probe: Decodable {
        var src: String
        var dst: String
        /// A name (`TCP`) or a number.
        var `protocol`: NumberOrName
        var port: UInt16?
        var srcPort: UInt16?
        var icmpType: UInt8?
        var icmpCode: UInt8?
        var allowed: Bool
        var reason: ExpectedReason?
    }

    /// What the deciding end must be; checked where it is given.
    struct ExpectedReason: Decodable {
        var code: String
        var policy: String?
        var rule: Int?
        var direction: String?
        var endpoint: String?
        var isolatedBy: [String]?
        var nearestMiss: ExpectedMiss?
        /// `Drop`, `Accept` or `Return`.
        var defaultEndpointToHostAction: String?
    }

    struct ExpectedMiss: Decodable {
        var policy: String
        var rule: Int
        /// `port`, `pod label`, `namespace label` or `namespace`.
        var mismatch: String
    }

    /// A JSON number or string.
    enum NumberOrName: Decodable {
        case number(UInt8)
        case name(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(UInt8.self) {
                self = .number(number)
            } else {
                self = .name(try container.decode(String.self))
            }
        }
    }

    var probes: [Probe]

    static func read(_ url: URL) throws(PolicyTestError) -> ExpectFile { try PolicyTestError.decoding(url) }
}

/// Why a test case could not be run.
public struct PolicyTestError: Error, Sendable, Hashable {
    public var message: String
    public init(message: String) { self.message = message }

    /// Reads a JSON file. The error names the place in it.
    static func decoding<File: Decodable>(_ url: URL) throws(PolicyTestError) -> File {
        do {
            return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        } catch let error as DecodingError {
            throw PolicyTestError(message: "\(url.path): \(sentence(error))")
        } catch {
            throw PolicyTestError(message: "\(url.path): cannot be read")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "key \"\(key.stringValue)\" is missing")
            case .typeMismatch(_, let context), .valueNotFound(_, let context): (context, context.debugDescription)
            case .dataCorrupted(let context): (context, "not valid JSON: \(context.debugDescription)")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "cannot be decoded")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return path.isEmpty ? what : "\(path.drop { $0 == "." }): \(what)"
    }
}
