import Glibc

/// A block of plain values outside of Swift's heap bookkeeping, for loops that run once per packet: no reference
/// counts, no copies on write, every index checked.
///
/// Whoever makes one owns it and calls `deallocate()` once; copies of the struct are further names of the same block.
@frozen @safe public struct FlatArray<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    public let count: Int

    /// The first element starts a cache line.
    @inlinable public init(repeating value: Element, count: Int) {
        let raw = unsafe Self.block(max(1, count) * MemoryLayout<Element>.stride)
        unsafe base = raw.bindMemory(to: Element.self, capacity: max(1, count))
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
    }

    /// From 4 MiB on the kernel is asked for large pages, if it has any: most loads from such a block go anywhere in it.
    @usableFromInline @unsafe static func block(_ size: Int) -> UnsafeMutableRawPointer {
        let isLarge = size >= 4 << 20
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isLarge ? 2 << 20 : 64)
        if isLarge { unsafe madvise(raw, size, MADV_HUGEPAGE) }
        return unsafe raw
    }

    /// For loops in C. Good until `deallocate()`; nothing checks what is done with it.
    @inlinable @unsafe public var pointer: UnsafeMutablePointer<Element> { unsafe base }

    public func deallocate() { unsafe UnsafeMutableRawPointer(base).deallocate() }

    @inlinable public subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside of the block")
            return unsafe base[index]
        }
        @inline(__always) nonmutating _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside of the block")
            yield unsafe &base[index]
        }
    }
}
