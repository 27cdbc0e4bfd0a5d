import CaseGeneration
import PolicyTesting

/// `agree [--seed N] [--sets N] [--first N] [--packets N] [--kernel-packets N] [--engines a,b] [--output DIR]
/// [--print N]`
struct AgreeOptions {
    var plan = AgreementPlan(
        seed: 1, policySets: 1_000, packetsPerSet: 1_200, kernelPacketsPerSet: 200,
        engines: [.matcher, .nft, .kernel])
    /// The first set's number: with `sets` 1 this repeats one set alone.
    var first = 0
    /// Where manifests of disagreements go.
    var output = ".build/agree"
    /// Disagreements that are shrunk and printed; the others are counted.
    var printed = 5

    init(_ arguments: [String]) throws(AgreeUsageError) {
        var words = arguments[...]
        while let option = words.popFirst() {
            guard let value = words.popFirst() else { throw AgreeUsageError(message: "\(option) needs a value") }
            switch option {
            case "--seed": plan.seed = try Self.number(option, value)
            case "--sets": plan.policySets = try Self.number(option, value)
            case "--first": first = try Self.number(option, value)
            case "--packets": plan.packetsPerSet = try Self.number(option, value)
            case "--kernel-packets": plan.kernelPacketsPerSet = try Self.number(option, value)
            case "--engines": plan.engines = try Self.engines(value)
            case "--output": output = value
            case "--print": printed = try Self.number(option, value)
            default: throw AgreeUsageError(message: "there is no option \(option)")
            }
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ option: String, _ text: String
    ) throws(AgreeUsageError) -> Number {
        guard let number = Number(text), number >= 0 else {
            throw AgreeUsageError(message: "\(option): '\(text)' is no number")
        }
        return number
    }

    private static func engines(_ text: String) throws(AgreeUsageError) -> [EngineName] {
        var names: [EngineName] = []
        for word in text.split(separator: ",") {
            guard let name = EngineName(rawValue: String(word)) else {
                throw AgreeUsageError(message: "there is no engine \(word)")
            }
            names.append(name)
        }
        return names
    }
}

struct AgreeUsageError: Error {
    var message: String
}
