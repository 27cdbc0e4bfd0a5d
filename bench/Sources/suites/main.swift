import CBenchmark
import Glibc

// suites [FAMILY...] [--benchmark_...]: Google Benchmark over all families, or those that are named.

let words = CommandLine.arguments.dropFirst()
let options = words.filter { $0.hasPrefix("--") }
let wanted = words.filter { !$0.hasPrefix("--") }
let known = Suites.families.map(\.name)
guard wanted.allSatisfy(known.contains) else {
    print("suites: families are \(known.joined(separator: ", "))")
    exit(2)
}
for family in Suites.families where wanted.isEmpty || wanted.contains(family.name) { try family.register() }

var arguments = unsafe (["suites"] + options).map { unsafe strdup($0) }
exit(unsafe benchmark_run(Int32(arguments.count), &arguments))
