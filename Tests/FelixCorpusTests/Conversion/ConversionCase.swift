/// One case of `k8s_conversion` with kind `convert`: an object, and what must be said of Calico's object for it.
struct ConversionCase {
    enum Operation: String {
        case equal
        case notEqual
        case sameElements
        case length
        case null
        case notNull
        case isError
        case noError
    }

    struct Expectation {
        /// In v3 JSON names, `#` is a length, numbers index lists; empty is the whole result.
        var path: String
        var operation: Operation
        var value: JSONValue
    }

    enum Function: String {
        case networkPolicy = "K8sNetworkPolicyToCalico"
        case peer = "k8sPeerToCalicoFields"
        case pod = "PodToWorkloadEndpoint"
        case namespace = "NamespaceToProfile"
        case serviceAccount = "ServiceAccountToProfile"
        case namespaceOfProfile = "ProfileNameToNamespace"
        case serviceAccountOfProfile = "ProfileNameToServiceAccount"
    }

    var function: Function
    var input: JSONValue
    var expectations: [Expectation]

    init(_ id: String, _ value: JSONValue) throws(CorpusFault) {
        let object = try CaseObject(
            value, at: id, known: ["kind", "case", "origin", "function", "input", "expect"])
        let name = try object.requiredString("function")
        guard let function = Function(rawValue: name) else { throw CorpusFault("\(id): no known function \(name)") }
        self.function = function
        // Of several arguments the first is the object, the others are where it stands.
        if case .array(let arguments)? = object["input"] {
            input = arguments.first ?? .null
        } else {
            input = object["input"] ?? .null
        }
        expectations = []
        for expectation in try object.objects("expect", known: ["path", "op", "value"]) {
            guard let operation = Operation(rawValue: try expectation.requiredString("op")) else {
                throw expectation.mistyped("op", "a known operation")
            }
            expectations.append(
                Expectation(
                    path: try expectation.string("path") ?? "", operation: operation,
                    value: expectation["value"] ?? .null))
        }
    }
}
