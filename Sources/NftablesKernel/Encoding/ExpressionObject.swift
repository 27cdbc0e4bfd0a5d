import CNftnl

/// One libnftnl expression, owned until a rule takes it.
@safe struct ExpressionObject: ~Copyable {
    private let pointer: OpaquePointer

    /// - Throws: `ENOMEM`: libnftnl has no memory, or does not know the name.
    init(_ name: String) throws(KernelError) {
        guard let pointer = unsafe nftnl_expr_alloc(name) else {
            throw .outOfMemory
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe nftnl_expr_free(pointer) }

    /// Gives the object away: the receiver frees it.
    @unsafe consuming func take() -> OpaquePointer {
        let pointer = unsafe pointer
        discard self
        return unsafe pointer
    }

    func set(_ attribute: Int, _ value: UInt32) { unsafe nftnl_expr_set_u32(pointer, u16(attribute), value) }
    func set(_ attribute: Int, _ value: UInt8) { unsafe nftnl_expr_set_u8(pointer, u16(attribute), value) }

    func set(_ attribute: Int, _ text: String) throws(KernelError) {
        guard unsafe nftnl_expr_set_str(pointer, u16(attribute), text) == 0 else {
            throw .outOfMemory
        }
    }

    func set(_ attribute: Int, _ bytes: [UInt8]) throws(KernelError) {
        guard unsafe nftnl_expr_set(pointer, u16(attribute), bytes, UInt32(bytes.count)) == 0 else {
            throw .outOfMemory
        }
    }
}
