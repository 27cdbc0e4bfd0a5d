import CNftnl
import NftablesRuleset

extension NftBatch {
    /// The object of a message; of a list of elements the one at which the kernel pointed.
    func object(of label: Label, at attributeOffset: UInt32?) -> KernelObject {
        guard case .element(let name, _, let origin) = label.object, let elements = label.elements,
            let offset = attributeOffset, let index = elementIndex(in: label, at: Int(offset))
        else { return label.object }
        let member = sets[elements.set].memberText(ofKernelElement: elements.first + index)
        return .element(set: name, member: member, origin: origin)
    }

    /// Which element of the message's list the attribute at `offset` belongs to.
    private func elementIndex(in label: Label, at offset: Int) -> Int? {
        let headers = NftMessage.headersLength
        let start = label.byteOffset
        guard start + headers <= bytes.count else { return nil }
        let end = start + Int(bytes.number32(at: start))
        guard end <= bytes.count, start + headers <= end else { return nil }
        let list = NetlinkAttribute.list(in: bytes, start + headers..<end).first {
            $0.type == UInt16(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue)
        }
        guard let list else { return nil }
        return NetlinkAttribute.list(in: bytes, list.payload).firstIndex { $0.range.contains(start + offset) }
    }
}
