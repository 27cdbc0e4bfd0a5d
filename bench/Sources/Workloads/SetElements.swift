import Classification
import NetTypes
import Resources
public import Workspace

/// Whether the elements of all network sets are in the compiled sets: a table that is silently too small is fast, too.
public enum SetElements {
    /// Elements of all network sets of the manifests.
    public static func count(_ inputs: LoadedInputs) -> Int {
        inputs.snapshot.networkSets.reduce(0) { $0 + $1.nets.count }
    }

    /// How many elements of the manifests' network sets no set of the tree covers. O(elements × log members).
    public static func missing(_ inputs: LoadedInputs) -> Int {
        var blocks: [IPPrefix] = []
        for set in inputs.tree.sets {
            if case .addresses(let members) = set.members { blocks += members }
        }
        let covered = merged(blocks)
        return inputs.snapshot.networkSets.reduce(0) { sum, set in
            sum + set.nets.count { !isCovered($0.value, by: covered) }
        }
    }

    /// Sorted, disjoint, touching ones apart: enough to look up.
    private static func merged(_ blocks: [IPPrefix]) -> [(first: IPAddress, last: IPAddress)] {
        var ranges: [(first: IPAddress, last: IPAddress)] = []
        for block in blocks.sorted() {
            if let previous = ranges.last, block.first <= previous.last {
                ranges[ranges.count - 1].last = max(previous.last, block.last)
            } else {
                ranges.append((block.first, block.last))
            }
        }
        return ranges
    }

    private static func isCovered(_ block: IPPrefix, by ranges: [(first: IPAddress, last: IPAddress)]) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].first <= block.first { low = middle + 1 } else { high = middle }
        }
        return low > 0 && block.last <= ranges[low - 1].last
    }
}
