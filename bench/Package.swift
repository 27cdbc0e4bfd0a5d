// swift-tools-version: 6.2
import PackageDescription

// What is measured is the package above; Google Benchmark stays in here, so that ordinary builds don't need it.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let measured: Target.Dependency = .product(name: "DataplaneMeasured", package: "dataplane")

let package = Package(
    name: "bench",
    dependencies: [.package(name: "dataplane", path: "..")],
    targets: [
        // Google Benchmark (libbenchmark-dev) behind C.
        .target(
            name: "CBenchmark", linkerSettings: [.linkedLibrary("benchmark"), .linkedLibrary("pthread")]),
        // Counts the allocations of the process that it is linked into.
        .target(name: "CMeter"),
        // Inputs, and the loops that are measured.
        .target(name: "Workloads", dependencies: [measured], swiftSettings: strict),
        // Timed by Google Benchmark.
        .executableTarget(
            name: "suites", dependencies: ["Workloads", "CBenchmark", "CMeter", measured], swiftSettings: strict),
        // A fixed amount of work for callgrind and for counts; passes on demand, for runs interleaved with peers.
        .executableTarget(
            name: "measure", dependencies: ["Workloads", "CMeter", measured], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
