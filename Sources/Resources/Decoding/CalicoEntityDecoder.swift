import ManifestReading
import NetTypes

/// Decodes `source` or `destination` of a Calico rule, and keeps the fields that the rule as a whole is checked by.
struct CalicoEntityDecoder {
    /// A list of ports with what the rule's check needs to know of it.
    struct PortList {
        var field: Field
        var ports: [Located<CalicoPort>]
        /// Whether a number or range is among them, valid or not.
        var hasNumber: Bool
    }

    /// A net of `nets` or `notNets` with its place.
    struct Net {
        var field: Field
        var prefix: IPPrefix
        var isNegated: Bool
    }

    private(set) var entity = CalicoEntityRule()
    /// `nets`, then `notNets`.
    private(set) var nets: [Net] = []
    let ports: PortList
    let notPorts: PortList
    let services: Field
    let domains: Field

    private static let netLimit = 256
    private static let portLimit = 50

    /// An absent entity is an empty one; one of the wrong type is reported and empty.
    init(_ field: Field) {
        guard let object = field.object(ifAbsent: .empty) else {
            ports = PortList(field: field, ports: [], hasNumber: false)
            notPorts = ports
            services = Field(
                node: nil, location: field.location, path: field.path, schema: nil, refusesUnknown: false,
                log: field.log)
            domains = services
            return
        }
        services = object["services"]
        domains = object["domains"]
        ports = Self.portList(object["ports"])
        notPorts = Self.portList(object["notPorts"])
        entity.ports = ports.ports
        entity.notPorts = notPorts.ports
        nets = Self.nets(object["nets"], isNegated: false) + Self.nets(object["notNets"], isNegated: true)
        entity.nets = located(isNegated: false)
        entity.notNets = located(isNegated: true)
        entity.selector = object["selector"].selector(global: .forbidden)
        entity.notSelector = object["notSelector"].selector(global: .anywhere)
        entity.namespaceSelector = object["namespaceSelector"].selector(global: .aloneOnly)
        entity.serviceAccounts = Self.serviceAccounts(object["serviceAccounts"])
        entity.services = Self.serviceReference(object["services"])
        checkServiceCompanions(object)
        entity.domains = Self.domains(object)
    }

    private func located(isNegated: Bool) -> [Located<IPPrefix>] {
        nets.filter { $0.isNegated == isNegated }.map { Located($0.prefix, at: $0.field.location) }
    }

    // MARK: Nets

    private static func nets(_ list: Field, isNegated: Bool) -> [Net] {
        list.distinctStrings(atMost: netLimit).compactMap { entry in
            guard let parsed = IPPrefix.parse(entry.text), parsed.hasLength else {
                entry.field.error(.ruleNet(entry.text))
                return nil
            }
            if parsed.hasHostBits { entry.field.error(.ruleNetHostBits(entry.text, masked: "\(parsed.prefix)")) }
            if isNegated, parsed.prefix.length == 0 { entry.field.error(.catchAllNegated(entry.text)) }
            return Net(field: entry.field, prefix: parsed.prefix, isNegated: isNegated)
        }
    }

    // MARK: Ports

    private static func portList(_ list: Field) -> PortList {
        var hasNumber = false
        let ports = list.items(atMost: portLimit).compactMap { item -> Located<CalicoPort>? in
            guard let port = port(item) else { return nil }
            if case .range = port { hasNumber = true }
            return Located(port, at: item.location)
        }
        return PortList(field: list, ports: ports, hasNumber: hasNumber)
    }

    private static func port(_ item: Field) -> CalicoPort? {
        switch PortReference.decode(item) {
        case nil:
            if !item.isPresent { item.error(.calicoPortText("")) }
            return nil
        case .number(let number)?:
            guard let port = UInt16(exactly: number), port > 0 else {
                item.error(.notBetween(number, 1...65535))
                return nil
            }
            return .range(PortRange(port))
        case .name(let text)?: return port(item, text: text)
        }
    }

    private static func port(_ item: Field, text: String) -> CalicoPort? {
        switch PortText.parse(text) {
        case .range(let range):
            guard range.lowerBound > 0 else {
                item.error(.notBetween(0, 1...65535))
                return nil
            }
            return .range(PortRange(range.lowerBound, range.upperBound))
        case .reversedRange(let first, let last):
            item.error(.reversedPortRange(first: first, last: last))
        case .name(let name):
            let problems = APIName.portNameProblems(name)
            guard let problem = problems.first else { return .name(name) }
            item.error(.invalidValue(name, problem, hint: calicoRangeHint(name)))
        case .unreadable: item.error(.calicoPortText(text))
        }
        return nil
    }

    private static func calicoRangeHint(_ text: String) -> String? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ UInt16($0) != nil }) else { return nil }
        return "a range is written \(ends[0]):\(ends[1])"
    }

    // MARK: Service accounts and services

    private static func serviceAccounts(_ field: Field) -> Located<CalicoEntityRule.ServiceAccounts>? {
        guard let object = field.object() else { return nil }
        let names = object["names"].distinctStrings().map(\.text)
        let selector = object["selector"].selector(global: .anywhere)
        return Located(CalicoEntityRule.ServiceAccounts(names: names, selector: selector), at: field.location)
    }

    private static func serviceReference(_ field: Field) -> Located<CalicoEntityRule.ServiceReference>? {
        guard let object = field.object() else { return nil }
        let name = object["name"].requiredString("services must specify a service name")
        let namespace = object["namespace"].nonEmptyString()
        for (text, part) in [(name, object["name"]), (namespace, object["namespace"])] {
            if let text, !APIName.isSubdomain(text) {
                part.error(.invalidValue(text, "must be a lower-case DNS name"))
            }
        }
        guard let name else { return nil }
        return Located(CalicoEntityRule.ServiceReference(name: name, namespace: namespace), at: field.location)
    }

    private func checkServiceCompanions(_ object: ObjectDecoder) {
        guard services.isPresent else { return }
        let companions: [(fields: [String], words: String)] = [
            (["namespaceSelector"], "NamespaceSelector"), (["selector", "notSelector"], "Selector/NotSelector"),
            (["serviceAccounts"], "ServiceAccounts"), (["nets", "notNets"], "Nets/NotNets"),
        ]
        for companion in companions {
            let present = companion.fields.map { object[$0] }.filter(Self.isSet)
            guard !present.isEmpty else { continue }
            services.error(
                .forbidden("cannot specify \(companion.words) and Services on the same rule"),
                notes: present.map { $0.note("stands beside services") })
        }
    }

    /// Whether the field holds more than Go's zero value: not `""`, not `[]`.
    static func isSet(_ field: Field) -> Bool {
        guard let node = field.node else { return false }
        switch node.kind {
        case .scalar: return !node.text.isEmpty
        case .sequence: return node.count > 0
        case .mapping: return true
        }
    }
}
