import ManifestReading
import NetTypes

/// Validates `http` of a Calico rule; layers 3 and 4 do not evaluate it (calico.md T42).
struct HTTPMatchCheck {
    private static let pathLimit = 20

    private let field: Field

    init(_ field: Field) { self.field = field }

    func check(
        _ rule: ObjectDecoder, action: CalicoAction?, proto: ProtocolReference?,
        direction: CalicoRuleDecoder.Direction
    ) {
        guard let http = field.object() else { return }
        _ = http["methods"].distinctStrings()
        for path in http["paths"].objects(atMost: Self.pathLimit) { check(path) }
        if let action, action != .allow {
            field.error(
                .forbidden("HTTP match is only valid on Allow rules"),
                notes: [rule["action"].note("the action is \(action.rawValue)")])
        }
        if let proto, proto.proto != .tcp {
            field.error(
                .forbidden("HTTP match needs protocol TCP, or none"),
                notes: [rule["protocol"].note("the protocol is \(proto.printed)")])
        }
        if direction == .egress { field.error(.forbidden("HTTP match is not allowed in egress rules")) }
    }

    private func check(_ path: ObjectDecoder) {
        let exact = path["exact"].nonEmptyString()
        let prefix = path["prefix"].nonEmptyString()
        switch (exact, prefix) {
        case (nil, nil): path.field.error(.required("either exact or prefix must be set"))
        case (_?, _?): path.field.error(.forbidden("exact and prefix cannot both be set"))
        case (let text?, nil), (nil, let text?):
            if !text.hasPrefix("/") || text.contains(where: { "? #".contains($0) }) {
                path.field.error(.invalidValue(text, "must start with / and hold no ?, # or blank"))
            }
        }
    }
}
