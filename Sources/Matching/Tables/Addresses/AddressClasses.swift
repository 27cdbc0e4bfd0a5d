import NetTypes

/// The addresses of one family, grouped by the atoms that they are members of.
///
/// Blocks nest or lie apart, so a sweep over them with a stack meets every group of addresses: a block without the
/// blocks inside it. Groups with the same atoms are one class, told by the exclusive or of the atoms' labels. Each class
/// but the first is remembered as another class plus some atoms; in preorder of that tree the classes with an atom are a
/// few ranges (`ranges(of:)`), however many classes there are. Cost: O(blocks log blocks).
struct AddressClasses<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// The addresses of a block, but for those of the regions inside it, which follow.
    struct Region: Sendable {
        var first: Number
        var length: UInt8
        var addressClass: UInt32
    }

    /// From the whole family on, a region before those inside it.
    private(set) var regions: [Region] = []
    private(set) var count = 1
    private var rangesOfAtom: [[Range<UInt32>]]

    /// Classes with an atom, as ascending ranges that do not touch.
    func ranges(of atom: UInt32) -> [Range<UInt32>] { rangesOfAtom[Int(atom)] }

    /// Whether the members of a class are members of an atom.
    func contains(_ addressClass: UInt32, _ atom: UInt32) -> Bool {
        rangesOfAtom[Int(atom)].contains { $0.contains(addressClass) }
    }

    /// - Parameter singles: addresses that get regions of their own whether or not an atom tells them from others.
    init(_ atoms: AddressAtoms<Number>, singles: [Number]) {
        rangesOfAtom = Array(repeating: [], count: atoms.count)
        let blocks = AddressClasses.sorted(atoms.blocks, singles)
        var tree = ClassTree(atomCount: atoms.count)
        sweep(blocks, &tree)
        let order = tree.order(by: rangesOfAtom.count)
        count = order.number.count
        for index in regions.indices {
            regions[index].addressClass = order.number[Int(regions[index].addressClass)]
        }
        rangesOfAtom = tree.ranges(order)
    }

    /// A block of no atom.
    private static var none: UInt32 { .max }

    private static func sorted(_ blocks: [AddressAtoms<Number>.Block], _ singles: [Number])
        -> [AddressAtoms<Number>.Block]
    {
        let width = UInt8(Number.bitWidth)
        let all = blocks + singles.map { AddressAtoms<Number>.Block(first: $0, length: width, atom: none) }
        return all.sorted { ($0.first, $0.length, $0.atom) < ($1.first, $1.length, $1.atom) }
    }

    private mutating func sweep(_ blocks: [AddressAtoms<Number>.Block], _ tree: inout ClassTree) {
        regions.reserveCapacity(blocks.count + 1)
        var open: [(last: Number, addressClass: UInt32)] = [(.max, 0)]
        if blocks.first.map({ $0.first != 0 || $0.length != 0 }) ?? true {
            regions.append(Region(first: 0, length: 0, addressClass: 0))
        }
        var index = 0
        var added: [UInt32] = []
        while index < blocks.count {
            let block = blocks[index]
            added.removeAll(keepingCapacity: true)
            while index < blocks.count, blocks[index].first == block.first, blocks[index].length == block.length {
                if blocks[index].atom != AddressClasses.none { added.append(blocks[index].atom) }
                index += 1
            }
            while let last = open.last, last.last < block.first { open.removeLast() }
            let outer = open[open.count - 1].addressClass
            let inner = tree.addressClass(outer, adding: added)
            regions.append(Region(first: block.first, length: block.length, addressClass: inner))
            let hostBits = Number.bitWidth - Int(block.length)
            let hosts = hostBits == Number.bitWidth ? Number.max : (Number(1) << Number(hostBits)) - 1
            open.append((block.first | hosts, inner))
        }
    }
}

/// Classes in the order in which they were met, each as an earlier class plus atoms.
private struct ClassTree {
    private let labelOfAtom: [UInt128]
    private var labelOfClass: [UInt128] = [0]
    private var classes: [UInt128: UInt32] = [0: 0]
    private var parents: [UInt32] = [0]
    /// The atoms that a class adds to its parent's are a slice of `atoms`.
    private var starts: [Int] = [0, 0]
    private var atoms: [UInt32] = []

    init(atomCount: Int) {
        var source = LabelSource()
        labelOfAtom = (0..<atomCount).map { _ in source.next() }
    }

    mutating func addressClass(_ parent: UInt32, adding added: [UInt32]) -> UInt32 {
        guard !added.isEmpty else { return parent }
        let label = added.reduce(labelOfClass[Int(parent)]) { $0 ^ labelOfAtom[Int($1)] }
        if let known = classes[label] { return known }
        let new = UInt32(parents.count)
        classes[label] = new
        labelOfClass.append(label)
        parents.append(parent)
        atoms += added
        starts.append(atoms.count)
        return new
    }

    struct Order {
        /// The final number of each class.
        var number: [UInt32]
        /// By final number: one past the last class below.
        var end: [UInt32]
    }

    /// Numbers the classes so that those below a class follow it, and siblings that share frequent atoms are neighbours.
    func order(by atomCount: Int) -> Order {
        var uses = [Int](repeating: 0, count: atomCount)
        for atom in atoms { uses[Int(atom)] += 1 }
        let ranked = parents.indices.map { index in
            added(index).sorted { (uses[Int($1)], $0) < (uses[Int($0)], $1) }
        }
        var children: [[UInt32]] = Array(repeating: [], count: parents.count)
        for index in parents.indices.dropFirst() { children[Int(parents[index])].append(UInt32(index)) }
        for index in children.indices where children[index].count > 1 {
            children[index].sort { ranked[Int($0)].lexicographicallyPrecedes(ranked[Int($1)]) }
        }
        var order = Order(
            number: Array(repeating: 0, count: parents.count), end: Array(repeating: 0, count: parents.count))
        var next: UInt32 = 0
        var stack: [(index: UInt32, isLeft: Bool)] = [(0, false)]
        while let (index, isLeft) = stack.popLast() {
            if isLeft {
                order.end[Int(order.number[Int(index)])] = next
                continue
            }
            order.number[Int(index)] = next
            next += 1
            stack.append((index, true))
            for child in children[Int(index)].reversed() { stack.append((child, false)) }
        }
        return order
    }

    /// Per atom the classes that have it.
    func ranges(_ order: Order) -> [[Range<UInt32>]] {
        var ranges: [[Range<UInt32>]] = Array(repeating: [], count: labelOfAtom.count)
        var byNumber = [Int](repeating: 0, count: order.number.count)
        for (index, number) in order.number.enumerated() { byNumber[Int(number)] = index }
        for (number, index) in byNumber.enumerated() {
            let range = UInt32(number)..<order.end[number]
            for atom in added(index) {
                if let last = ranges[Int(atom)].last, last.upperBound == range.lowerBound {
                    ranges[Int(atom)][ranges[Int(atom)].count - 1] = last.lowerBound..<range.upperBound
                } else {
                    ranges[Int(atom)].append(range)
                }
            }
        }
        return ranges
    }

    private func added(_ index: Int) -> ArraySlice<UInt32> { atoms[starts[index]..<starts[index + 1]] }
}
