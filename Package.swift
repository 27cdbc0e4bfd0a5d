// swift-tools-version: 6.2
import PackageDescription

// Every Swift target is built with the same strictness: see ARCHITECTURE.md, "Rules of the house".
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A Swift library target of this package. Its dependencies are the layer table of ARCHITECTURE.md;
/// `scripts/check-layers.py` refuses every import that is not listed here.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + dependencies + ["TestSupport"],
        swiftSettings: strict)
}

let package = Package(
    name: "dataplane",
    products: [
        .executable(name: "dataplane", targets: ["dataplane"]),
        .library(
            name: "DataplaneKit",
            targets: [
                "NetTypes", "Diagnostics", "NetworkTopology", "Selectors", "ManifestReading", "PacketDecoding",
                "Classification", "Resources", "Matching", "NftablesRuleset", "PolicyIR", "PolicyCompiler", "Explain",
            ]),
        // Everything that bench/ measures.
        .library(
            name: "DataplaneMeasured",
            targets: [
                "NetTypes", "Diagnostics", "NetworkTopology", "Selectors", "ManifestReading", "PacketDecoding",
                "Capture", "Classification", "Resources", "Matching", "PolicyIR", "PolicyCompiler", "TraceReplay",
                "Workspace", "ClusterGeneration",
            ]),
    ],
    targets: [
        // Level 0: C libraries behind module maps and shims, and the values everything speaks in.
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CNftnl", pkgConfig: "libnftnl", providers: [.apt(["libnftnl-dev", "libmnl-dev"])]),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CArgp"),
        .target(name: "CJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CLinuxShims"),
        .target(name: "CVector"),
        library("NetTypes"),
        library("Diagnostics"),
        // Level 1
        library("NetworkTopology", ["NetTypes", "Diagnostics"]),
        library("Selectors", ["Diagnostics", "NetTypes"]),
        library("ManifestReading", ["Diagnostics", "CYaml", "CJSON"]),
        library("PacketDecoding", ["NetTypes", "CVector"]),
        library("Capture", ["CPcap"]),
        library("ClusterGeneration", ["NetTypes"]),
        // Level 2
        library("Classification", ["NetTypes", "NetworkTopology", "Diagnostics"]),
        library("Resources", ["ManifestReading", "Selectors", "NetTypes", "Diagnostics"]),
        // Level 3
        library("Matching", ["Classification", "NetworkTopology", "NetTypes", "CVector"]),
        library("NftablesRuleset", ["Classification", "NetworkTopology", "NetTypes", "Diagnostics"]),
        library("NftablesInterpreter", ["CNftnl", "NetTypes"]),
        library("PolicyIR", ["Resources", "Selectors", "NetworkTopology", "NetTypes", "Diagnostics"]),
        // Level 4
        library("NftablesKernel", ["NftablesRuleset", "CNftnl", "CLinuxShims"]),
        library(
            "PolicyCompiler", ["PolicyIR", "Selectors", "Classification", "NetworkTopology", "NetTypes", "Diagnostics"]),
        library("Explain", ["PolicyIR", "Classification", "NetworkTopology", "NetTypes", "Diagnostics"]),
        // Level 5
        library(
            "TraceReplay",
            [
                "Capture", "PacketDecoding", "Matching", "Explain", "Classification", "NetworkTopology", "NetTypes",
                "Diagnostics",
            ]),
        library(
            "KernelVerification",
            ["NftablesKernel", "NftablesRuleset", "PacketDecoding", "NetworkTopology", "NetTypes", "CLinuxShims"]),
        library(
            "Workspace",
            [
                "ManifestReading", "Resources", "PolicyIR", "PolicyCompiler", "Classification", "NetworkTopology",
                "NetTypes", "Diagnostics",
            ]),
        // Level 6
        library(
            "PolicyTesting",
            [
                "Workspace", "Explain", "TraceReplay", "Matching", "PolicyIR", "Classification", "NftablesRuleset",
                "NftablesKernel",
                "NftablesInterpreter", "KernelVerification", "PacketDecoding", "NetworkTopology", "NetTypes",
                "Diagnostics",
            ]),
        // Level 7
        .executableTarget(
            name: "dataplane",
            dependencies: [
                "NetTypes", "Diagnostics", "NetworkTopology", "Selectors", "ManifestReading", "PacketDecoding",
                "Capture",
                "Classification", "Resources", "Matching", "NftablesRuleset", "PolicyIR", "NftablesKernel",
                "NftablesInterpreter", "PolicyCompiler", "Explain", "TraceReplay", "KernelVerification", "Workspace",
                "PolicyTesting", "ClusterGeneration", "CArgp",
            ],
            swiftSettings: strict),
        // Tests
        .target(name: "TestSupport", dependencies: ["NetTypes"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("NetTypes"),
        tests("Diagnostics"),
        tests("Selectors"),
        .target(
            name: "TreeFixtures",
            dependencies: ["Classification", "NetworkTopology", "NetTypes", "Diagnostics", "TestSupport"],
            path: "Tests/TreeFixtures", swiftSettings: strict),
        tests("Matching", ["Classification", "NetworkTopology", "NetTypes", "TreeFixtures"]),
        tests(
            "TraceReplay",
            [
                "Capture", "PacketDecoding", "Matching", "Classification", "NetworkTopology", "NetTypes", "Diagnostics",
                "TreeFixtures", "Workspace", "Explain", "PolicyIR", "Resources",
            ]),
        tests("Capture"),
        tests(
            "ClusterGeneration",
            [
                "NetTypes", "NetworkTopology", "PacketDecoding", "Resources", "Workspace", "Classification",
                "Diagnostics",
            ]),
        tests("PacketDecoding", ["Capture", "NetTypes"]),
        tests(
            "PolicyTesting",
            [
                "Capture", "Classification", "Diagnostics", "Explain", "KernelVerification", "Matching", "NetTypes",
                "NetworkTopology", "PacketDecoding", "PolicyIR", "Resources", "Selectors",
                "TraceReplay", "Workspace",
            ]),
        tests(
            "dataplane",
            [
                "ClusterGeneration", "Diagnostics", "Explain", "NetTypes", "PacketDecoding", "PolicyTesting",
                "Workspace",
            ]),
        tests("ManifestReading", ["Diagnostics"]),
        tests("NftablesInterpreter", ["CNftnl", "KernelVerification", "NetTypes"]),
        tests("KernelVerification", ["NetTypes"]),
        .target(
            name: "MatchTreeFixtures",
            dependencies: ["Classification", "NetworkTopology", "NetTypes", "Diagnostics", "TestSupport"],
            path: "Tests/MatchTreeFixtures", swiftSettings: strict),
        tests(
            "NftablesRuleset",
            ["Classification", "NetworkTopology", "NetTypes", "Diagnostics", "MatchTreeFixtures"]),
        tests(
            "NftablesKernel",
            ["NftablesRuleset", "Classification", "NetworkTopology", "NetTypes", "CLinuxShims", "MatchTreeFixtures"]),
        tests("PolicyIR", ["ManifestReading", "Resources", "NetworkTopology", "NetTypes", "Diagnostics"]),
        tests("Resources", ["ManifestReading", "Selectors", "NetTypes", "Diagnostics"]),
        // Generated cases: in small numbers in the tests, in great numbers by `make agree`.
        .target(
            name: "CaseGeneration",
            dependencies: [
                "PolicyTesting", "Workspace", "Explain", "PolicyIR", "Classification", "PacketDecoding",
                "NetworkTopology", "NetTypes", "Selectors", "Diagnostics", "TestSupport",
            ],
            path: "Tests/CaseGeneration", swiftSettings: strict),
        tests(
            "CaseGeneration",
            [
                "PolicyTesting", "Workspace", "PolicyIR", "PolicyCompiler", "Classification", "Matching",
                "NftablesRuleset", "NetworkTopology", "NetTypes", "Diagnostics",
            ]),
        .executableTarget(
            name: "agree", dependencies: ["CaseGeneration", "PolicyTesting"], path: "Tests/agree",
            swiftSettings: strict),
        tests(
            "PolicyCompiler",
            [
                "PolicyIR", "Selectors", "Classification", "NetworkTopology", "NetTypes", "Diagnostics",
                "MatchTreeFixtures",
            ]),
        // Calico's own unit tests, read as data from the corpora.
        .testTarget(
            name: "FelixCorpusTests",
            dependencies: [
                "PolicyTesting", "Workspace", "PolicyCompiler", "PolicyIR", "Resources", "Classification",
                "PacketDecoding", "ManifestReading", "NetworkTopology", "NetTypes", "Selectors", "Diagnostics",
                "TestSupport",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
