import Foundation
import TestSupport
import Testing

/// The rules of every scenario before the stock `nft` and in the kernel of a private namespace.
@Suite(.enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason)))
struct ScenarioKernelTests {
    @Test(arguments: Scenario.all) func stockNftTakesThePrintedRules(_ scenario: Scenario) throws {
        let namespace = try NetworkNamespace()
        for whose in [[], ["--node", "node1", "--counters"]] {
            // What is refused is left out; the rest still makes rules.
            let options = (scenario.needsWhatIf ? ["--what-if"] : []) + ["--keep-going"] + whose
            let compiled = try runDataplane(["compile", "-f", scenario.manifests.path, "-o", "nft"] + options)
            if whose.isEmpty, try scenario.hasHostEndpoints() {
                // Every node has an eth0: one table for all of them cannot tell whose it is.
                #expect(compiled.status == 2)
                #expect(compiled.stderr.contains("--node"))
                continue
            }
            #expect(compiled.status == scenario.exit)
            #expect(compiled.stdout.contains("table inet dataplane {"))
            let checked = try runTool(namespace.entry + ["nft", "-c", "-f", "-"], stdin: Data(compiled.stdout.utf8))
            #expect(checked.status == 0, "\(checked.stderr)")
        }
    }

    /// Lists what `apply` loads by the stock `nft`, and what is left after `delete`.
    @Test(arguments: Scenario.all) func deleteLeavesTheKernelAsBeforeApply(_ scenario: Scenario) throws {
        let host = try KernelHost()
        let before = try host.listing()
        #expect(before.contains("table ip neighbour"))
        let applied = try host.dataplane(["apply", "-f", scenario.manifests.path, "--node", "node1", "--counters"])
        #expect(applied.status == scenario.exit, "\(applied.stderr)")
        let loaded = try host.listing()
        guard scenario.exit == 0 else {
            #expect(loaded == before, "refused objects change nothing")
            return
        }
        #expect(loaded.hasPrefix(before))
        let ours = loaded.dropFirst(before.count)
        let status = try host.status()
        try expectReadable(ours, status)
        var maps = Set(status.sets.filter(\.isMap).map(\.name))
        for name in ["cali-from-pod", "cali-to-pod"] { #expect(maps.remove(name) != nil) }
        #expect(try maps.isEmpty || scenario.hasHostEndpoints())
        #expect(try host.dataplane(["delete"]).stdout == "table inet dataplane deleted\n")
        #expect(try host.listing() == before)
        #expect(try host.dataplane(["delete"]).stdout == "nothing was loaded\n")
    }

    /// Every set, map and comment that `status` knows is there for people to read.
    private func expectReadable(_ listing: Substring, _ status: LoadedStatus) throws {
        #expect(listing.hasPrefix("table inet dataplane {\n\tcomment \"node node1\"\n"))
        for set in status.sets { #expect(listing.contains("\t\(set.isMap ? "map" : "set") \(set.name) {")) }
        for comment in status.sets.compactMap(\.comment) + status.rules.map(\.comment) {
            #expect(listing.contains("comment \"\(comment)\""))
        }
        #expect(!status.rules.isEmpty)
    }
}

extension Scenario {
    fileprivate func hasHostEndpoints() throws -> Bool {
        try FileManager.default.contentsOfDirectory(at: manifests, includingPropertiesForKeys: nil).contains { file in
            try String(contentsOf: file, encoding: .utf8).contains("\nkind: HostEndpoint\n")
        }
    }
}

/// What `status -o json` prints.
struct LoadedStatus: Decodable {
    struct NamedSet: Decodable {
        var name: String
        var isMap: Bool
        var elements: Int
        var comment: String?
    }

    struct Rule: Decodable {
        var chain: String
        var comment: String
        var packets: UInt64?
        var bytes: UInt64?
    }

    var loaded: Bool
    var sets: [NamedSet]
    var rules: [Rule]
}

/// A namespace that plays a host: somebody else's rules are loaded there already.
struct KernelHost {
    let namespace: NetworkNamespace

    init() throws {
        namespace = try NetworkNamespace()
        let theirs = """
            table ip neighbour {
                set friends { type ipv4_addr; elements = { 192.0.2.7, 192.0.2.9 }; }
                chain keep { type filter hook forward priority filter + 5; policy accept; ip saddr @friends counter; }
            }

            """
        let loading = try runTool(namespace.entry + ["nft", "-f", "-"], stdin: Data(theirs.utf8))
        guard loading.status == 0 else { throw ProgramRunError(description: loading.stderr) }
    }

    func dataplane(_ arguments: [String], under launcher: [String] = []) throws -> ProgramRun {
        try runDataplane(arguments, launcher: namespace.entry + launcher)
    }

    /// All that `nft` lists.
    func listing() throws -> String {
        try runTool(namespace.entry + ["nft", "list", "ruleset"]).stdout
    }

    func status() throws -> LoadedStatus {
        let run = try dataplane(["status", "-o", "json"])
        return try JSONDecoder().decode(LoadedStatus.self, from: Data(run.stdout.utf8))
    }
}
