import CNftnl
import NftablesRuleset

/// Sets and their elements as libnftnl objects, each written into its message and freed.
enum SetEncoding {
    /// Data type of verdict maps (`NFT_DATA_VERDICT`).
    private static let verdictType: UInt32 = 0xffff_ff00

    /// - Parameter id: Unique in the batch; the kernel insists on one (`NFTA_SET_ID`).
    @unsafe static func write(
        _ set: NftSet, id: UInt32, table: String, to message: UnsafeMutablePointer<nlmsghdr>
    ) throws(KernelError) {
        guard let object = unsafe nftnl_set_alloc() else { throw .outOfMemory }
        defer { unsafe nftnl_set_free(object) }
        unsafe nftnl_set_set_str(object, u16(NFTNL_SET_TABLE), table)
        unsafe nftnl_set_set_str(object, u16(NFTNL_SET_NAME), set.name)
        unsafe nftnl_set_set_u32(object, u16(NFTNL_SET_ID), id)
        unsafe nftnl_set_set_u32(object, u16(NFTNL_SET_FLAGS), flags(of: set))
        unsafe nftnl_set_set_u32(
            object, u16(NFTNL_SET_KEY_TYPE), NftKeyType.number(ofConcatenation: set.keyTypes))
        unsafe nftnl_set_set_u32(
            object, u16(NFTNL_SET_KEY_LEN), UInt32(NftKeyType.length(ofConcatenation: set.keyTypes)))
        if set.isVerdictMap { unsafe nftnl_set_set_u32(object, u16(NFTNL_SET_DATA_TYPE), verdictType) }
        let data = userData(of: set)
        unsafe nftnl_set_set_data(object, u16(NFTNL_SET_USERDATA), data.bytes, UInt32(data.bytes.count))
        unsafe nftnl_set_nlmsg_build_payload(message, object)
    }

    private static func flags(of set: NftSet) -> UInt32 {
        (set.isInterval ? NFT_SET_INTERVAL.rawValue : 0) | (set.isVerdictMap ? NFT_SET_MAP.rawValue : 0)
            | (set.hasTimeouts ? NFT_SET_TIMEOUT.rawValue : 0)
    }

    private static func userData(of set: NftSet) -> UserData {
        var data = UserData()
        let isNetworkOrder = set.keyTypes.allSatisfy(\.isNetworkOrder)
        data.append(UserData.setKeyByteOrder, hostOrder: isNetworkOrder ? 2 : 1)
        if set.isInterval { data.append(UserData.setMergeElements, hostOrder: 0) }
        if let comment = set.comment { data.append(UserData.setComment, comment) }
        return data
    }

    /// How many elements one message takes so that their list stays below the 64 KiB of an attribute: a plain one has
    /// at most 60 bytes, one with a verdict the name of its chain besides.
    static func elementsPerMessage(_ set: NftSet) -> Int { set.isVerdictMap ? 160 : 1000 }

    @unsafe static func write(
        _ elements: ArraySlice<NftKernelElement>, of set: String, table: String,
        to message: UnsafeMutablePointer<nlmsghdr>
    ) throws(KernelError) {
        guard let object = unsafe nftnl_set_alloc() else { throw .outOfMemory }
        defer { unsafe nftnl_set_free(object) }
        unsafe nftnl_set_set_str(object, u16(NFTNL_SET_TABLE), table)
        unsafe nftnl_set_set_str(object, u16(NFTNL_SET_NAME), set)
        for element in elements {
            guard let item = unsafe nftnl_set_elem_alloc() else { throw .outOfMemory }
            unsafe nftnl_set_elem_set(item, u16(NFTNL_SET_ELEM_KEY), element.key, UInt32(element.key.count))
            if element.isIntervalEnd {
                unsafe nftnl_set_elem_set_u32(
                    item, u16(NFTNL_SET_ELEM_FLAGS), UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue))
            }
            if let timeout = element.timeout {
                unsafe nftnl_set_elem_set_u64(item, u16(NFTNL_SET_ELEM_TIMEOUT), timeout)
            }
            if let verdict = element.verdict {
                unsafe nftnl_set_elem_set_u32(item, u16(NFTNL_SET_ELEM_VERDICT), verdict.kernelCode)
                if let target = verdict.target {
                    unsafe nftnl_set_elem_set_str(item, u16(NFTNL_SET_ELEM_CHAIN), target)
                }
            }
            unsafe nftnl_set_elem_add(object, item)
        }
        unsafe nftnl_set_elems_nlmsg_build_payload(message, object)
    }
}
