/// A block of plain values outside of Swift's heap bookkeeping, for loops that run once per packet: no reference
/// counts, no copies on write, every index checked.
///
/// Whoever makes one owns it and calls `deallocate()` once; copies of the struct are further names of the same block.
@frozen @safe public struct FlatArray<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    public let count: Int

    /// - Parameter alignment: of the first element, in bytes; 64 puts 64-byte elements on cache lines of their own.
    public init(repeating value: Element, count: Int, alignment: Int = 64) {
        let size = max(1, count) * MemoryLayout<Element>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
        unsafe base = raw.bindMemory(to: Element.self, capacity: max(1, count))
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
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
