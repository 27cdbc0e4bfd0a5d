import CNftnl

/// Sets while their elements are being collected.
struct SetDrafts {
    private var drafts: [Draft] = []
    private var byName: [NameKey: Int] = [:]
    private var byID: [IDKey: Int] = [:]

    private struct NameKey: Hashable {
        let family: UInt8
        let table: String
        let name: String
    }

    /// Within a batch, anonymous sets share their name (`__set%d`) and are told apart by the id that the sender chose.
    private struct IDKey: Hashable {
        let family: UInt8
        let table: String
        let id: UInt32
    }

    private struct Draft {
        let place: String
        let kind: ElementSet.Kind
        let shape: SetShape
        var elements: [ElementSet.Element] = []
        var otherwise: ElementSet.Value?
    }

    /// Takes a NEWSET message.
    mutating func declare(_ message: NftMessage) throws(RulesetError) {
        let set = try NftnlSet(message)
        let name = set.text(UInt16(NFTNL_SET_NAME.rawValue)) ?? ""
        let place = "set \(message.tableName) \(name)"
        let flags = set.u32(UInt16(NFTNL_SET_FLAGS.rawValue)) ?? 0
        guard flags & UInt32(NFT_SET_OBJECT.rawValue) == 0, !set.hasUnknownExpression() else {
            throw .unsupported("a set of objects or expressions", at: place)
        }
        let keyLength = Int(set.u32(UInt16(NFTNL_SET_KEY_LEN.rawValue)) ?? 0)
        guard (1...64).contains(keyLength) else { throw .unsupported("key length \(keyLength)", at: place) }
        let draft = Draft(
            place: place, kind: try Self.kind(set, flags, keyLength, at: place),
            shape: SetShape(keyLength: keyLength, data: try Self.data(set, flags, at: place)))
        if let id = set.u32(UInt16(NFTNL_SET_ID.rawValue)), id != 0 {
            byID[IDKey(family: message.family, table: message.tableName, id: id)] = drafts.count
        }
        byName[NameKey(family: message.family, table: message.tableName, name: name)] = drafts.count
        drafts.append(draft)
    }

    private static func kind(
        _ set: borrowing NftnlSet, _ flags: UInt32, _ keyLength: Int, at place: String
    ) throws(RulesetError) -> ElementSet.Kind {
        guard flags & UInt32(NFT_SET_INTERVAL.rawValue) != 0 else { return .exact }
        let fields = (set.data(UInt16(NFTNL_SET_DESC_CONCAT.rawValue)) ?? []).map(Int.init)
        guard fields.count > 1 else { return .intervals }
        guard fields.reduce(0, { $0 + ($1 + 3) & ~3 }) == keyLength else {
            throw .malformed("\(place): fields \(fields) do not make a key of \(keyLength) bytes")
        }
        return .concatenatedRanges(fieldLengths: fields)
    }

    private static func data(
        _ set: borrowing NftnlSet, _ flags: UInt32, at place: String
    ) throws(RulesetError) -> SetShape.Data {
        guard flags & UInt32(NFT_SET_MAP.rawValue) != 0 else { return .none }
        // NFT_DATA_VERDICT; the macro is not imported.
        if set.u32(UInt16(NFTNL_SET_DATA_TYPE.rawValue)) == 0xffff_ff00 { return .verdict }
        let length = Int(set.u32(UInt16(NFTNL_SET_DATA_LEN.rawValue)) ?? 0)
        guard (1...64).contains(length) else { throw .unsupported("data length \(length)", at: place) }
        return .bytes(length)
    }

    /// Takes a NEWSETELEM message.
    mutating func addElements(
        _ message: NftMessage,
        verdict: (_ code: UInt32, _ chain: String?, _ place: String) throws(RulesetError) -> RuleVerdict
    ) throws(RulesetError) {
        let list = try NftnlSet(elements: message)
        let name = list.text(UInt16(NFTNL_SET_NAME.rawValue)) ?? ""
        let set = try index(
            family: message.family, table: message.tableName, name: name,
            id: list.u32(UInt16(NFTNL_SET_ID.rawValue)), at: "elements of \(message.tableName)")
        let shape = drafts[set].shape
        let place = drafts[set].place
        var elements: [ElementSet.Element] = []
        var otherwise: ElementSet.Value?
        try list.forEachElement { (element) throws(RulesetError) in
            let flags = element.u32(UInt16(NFTNL_SET_ELEM_FLAGS)) ?? 0
            let endsInterval = flags & UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue) != 0
            let value = endsInterval ? .member : try Self.value(element, shape, at: place, verdict)
            if flags & UInt32(NFT_SET_ELEM_CATCHALL.rawValue) != 0 {
                otherwise = value
                return
            }
            let key = element.data(UInt16(NFTNL_SET_ELEM_KEY)) ?? []
            let keyEnd = element.data(UInt16(NFTNL_SET_ELEM_KEY_END))
            guard key.count == shape.keyLength, keyEnd.map({ $0.count == shape.keyLength }) ?? true else {
                throw .malformed("\(place): a key of \(key.count) bytes in a set of \(shape.keyLength)")
            }
            elements.append(
                ElementSet.Element(key: key, keyEnd: keyEnd, endsInterval: endsInterval, value: value))
        }
        drafts[set].elements += elements
        if let otherwise { drafts[set].otherwise = otherwise }
    }

    private static func value(
        _ element: NftnlElement, _ shape: SetShape, at place: String,
        _ verdict: (_ code: UInt32, _ chain: String?, _ place: String) throws(RulesetError) -> RuleVerdict
    ) throws(RulesetError) -> ElementSet.Value {
        guard !element.hasUnknownExpression(), element.data(UInt16(NFTNL_SET_ELEM_OBJREF)) == nil else {
            throw .unsupported("an element with an object or expression", at: place)
        }
        switch shape.data {
        case .none: return .member
        case .verdict:
            guard let code = element.u32(UInt16(NFTNL_SET_ELEM_VERDICT)) else {
                throw .malformed("\(place): an element without a verdict")
            }
            return .verdict(try verdict(code, element.text(UInt16(NFTNL_SET_ELEM_CHAIN)), place))
        case .bytes(let length):
            guard let data = element.data(UInt16(NFTNL_SET_ELEM_DATA)), data.count == length else {
                throw .malformed("\(place): an element without data of \(length) bytes")
            }
            return .data(data)
        }
    }

    func index(
        family: UInt8, table: String, name: String, id: UInt32?, at place: String
    ) throws(RulesetError) -> Int {
        if let id, let index = byID[IDKey(family: family, table: table, id: id)] { return index }
        guard let index = byName[NameKey(family: family, table: table, name: name)] else {
            throw .missing("set '\(name)'", at: place)
        }
        return index
    }

    func shape(_ index: Int) -> SetShape { drafts[index].shape }

    func finished() -> [ElementSet] {
        drafts.map {
            ElementSet(
                kind: $0.kind, keyLength: $0.shape.keyLength, elements: $0.elements, otherwise: $0.otherwise)
        }
    }
}
