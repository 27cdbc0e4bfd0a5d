import CVector
import NetTypes

extension FlatArray {
    /// Lets the load of an element begin, whether it will be needed or not.
    @inline(__always) func prefetch(_ index: Int) {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside of the block")
        unsafe dp_prefetch(pointer + index)
    }
}
