/// What a program, as one kind of endpoint has it, makes of each class of peers.
struct ProgramTable {
    /// The row of most classes.
    var common: UInt32
    /// Other rows: ranges of classes.
    var exceptions: [(classes: Range<UInt32>, row: UInt32)]

    var cellCount: Int { exceptions.reduce(0) { $0 + $1.classes.count } }
}
