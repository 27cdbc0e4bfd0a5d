import Foundation
import TestSupport
import Testing

/// Manifests that are wrong, before the built program: each problem with its place, the exit status of bad input, and
/// nothing on stdout.
@Suite struct BadManifestTests {
    /// Compiles `text` as the file `m.yaml` of the current directory.
    private func compile(_ text: String, _ options: String...) throws -> ProgramRun {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: folder.url.appending(path: "m.yaml"))
        return try runDataplane(["compile", "-f", "m.yaml", "-o", "stats"] + options, in: folder.url)
    }

    private func expectRefusal(_ run: ProgramRun, _ message: String) {
        #expect(run.status == 2)
        #expect(run.stdout == "")
        #expect(run.stderr.split(separator: "\n").contains { $0.hasPrefix(message) }, "\(run.stderr)")
    }

    @Test(arguments: [
        (
            "kind: [NetworkPolicy\nspec: {}\n",
            "m.yaml:2:5: error: invalid YAML: did not find expected ',' or ']' (while parsing a flow sequence that"
        ),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata:\n\tname: a\n",
            "m.yaml:4:1: error: invalid YAML: found character that cannot start any token"
        ),
        ("{\"kind\": \"Namespace\",}", "m.yaml:1:22: error: invalid JSON: "),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: none}\n",
            "m.yaml:4:20: error: spec.containers: must be a list, not the string \"none\""
        ),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n",
            "m.yaml:3:18: error: metadata.name: must be a string, not the boolean n"
        ),
        (
            """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: p}
            spec: {order: "10", selector: "all()"}
            """,
            "m.yaml:4:15: error: spec.order: must be a number, not the string \"10\""
        ),
        (
            """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: p}
            spec:
              selector: app == 'web' && role = 'db'
            """,
            "m.yaml:5:13: error: spec.selector: invalid selector \"app == 'web' && role = 'db'\": column 22: "
        ),
        (
            """
            apiVersion: policy.networking.k8s.io/v1alpha1
            kind: AdminNetworkPolicy
            metadata: {name: p}
            spec: {priority: 1001, subject: {namespaces: {}}}
            """,
            "m.yaml:4:18: error: spec.priority: "
        ),
        ("just text\n", "m.yaml:1:1: error: must be a mapping with apiVersion and kind"),
        ("# nothing but this\n", "error: the inputs hold no resource"),
    ])
    func problemsHaveTheirPlace(_ text: String, _ message: String) throws {
        expectRefusal(try compile(text), message)
    }

    @Test func aliasBombEndsEarly() throws {
        let levels = (1...9).map { level in
            "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        let run = try compile("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + levels.joined())
        expectRefusal(run, "m.yaml:6:18: error: aliases multiply this document beyond ")
    }

    @Test func everyProblemOfEveryFileInOneRun() throws {
        let folder = try TemporaryFolder()
        let broken = "apiVersion: v1\nkind: Namespace\nmetadata: {name: UPPER, labels: [a]}\n---\n- ]\n"
        for name in ["a.yaml", "b.yml"] { try Data(broken.utf8).write(to: folder.url.appending(path: name)) }
        let run = try runDataplane(["compile", "-f", ".", "-f", "absent.yaml"], in: folder.url)
        #expect(run.status == 2)
        for place in ["./a.yaml:3:18", "./a.yaml:3:33", "./a.yaml:5:3", "./b.yml:3:18", "./b.yml:5:3", "absent.yaml"] {
            #expect(run.stderr.contains("\(place): error: "), "\(run.stderr)")
        }
    }

    @Test func sameObjectTwiceIsAWarning() throws {
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
        let run = try compile(text + "---\n" + text)
        #expect(run.status == 0)
        #expect(run.stdout != "")
        let warning = "\nm.yaml:5:1: warning: Namespace a was already defined: this later definition replaces it"
        #expect("\n\(run.stderr)".contains(warning))
        #expect(run.stderr.contains("    note: m.yaml:1:1: the definition that is replaced\n"))
    }

    @Test func diagnosticsForTools() throws {
        let run = try compile("apiVersion: v1\nkind: Namespace\nmetadata: {name: 1}\n", "--diagnostics", "json")
        let first = try #require(run.stderr.split(separator: "\n").first)
        let problem = try #require(
            try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: any Sendable])
        #expect(problem["path"] as? String == "m.yaml")
        #expect(problem["line"] as? Int == 3)
        #expect(problem["severity"] as? String == "error")
        #expect(problem["field"] as? String == "metadata.name")
    }

    // MARK: Files and directories

    @Test func missingFile() throws {
        let run = try runDataplane(["compile", "-f", "absent.yaml"])
        expectRefusal(run, "absent.yaml: error: can't be read: No such file or directory")
    }

    @Test func directoryWithoutManifests() throws {
        let folder = try TemporaryFolder()
        let run = try runDataplane(["compile", "-f", "."], in: folder.url)
        expectRefusal(run, ".: error: no file ending in .yaml, .yml or .json in this directory")
        #expect(run.stderr.contains("    hint: -R searches the directories below too\n"))
    }

    @Test func directoryWithoutResources() throws {
        let folder = try TemporaryFolder()
        try Data("# later\n".utf8).write(to: folder.url.appending(path: "a.yaml"))
        let run = try runDataplane(["compile", "-f", "."], in: folder.url)
        expectRefusal(run, ".: error: no resource in this directory")
    }

    @Test func anEmptyDirectoryBesideAGoodOne() throws {
        let folder = try TemporaryFolder()
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
        for (name, content) in [("full", text), ("empty", "---\n---\n")] {
            let directory = folder.url.appending(path: name)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
            try Data(content.utf8).write(to: directory.appending(path: "m.yaml"))
        }
        let run = try runDataplane(["compile", "-f", "full", "-f", "empty"], in: folder.url)
        expectRefusal(run, "empty: error: no resource in this directory")
        #expect(!run.stderr.contains("full"))
        // A file may be empty where others are not.
        #expect(try runDataplane(["compile", "-f", "full", "-f", "empty/m.yaml"], in: folder.url).status == 0)
    }

    @Test func directoryWithoutPoliciesIsAWarning() throws {
        let folder = try TemporaryFolder()
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
        try Data(namespace.utf8).write(to: folder.url.appending(path: "a.yaml"))
        let run = try runDataplane(["compile", "-f", "."], in: folder.url)
        #expect(run.status == 0)
        #expect(run.stderr == "warning: no policy among the inputs: nothing isolates any pod [no-policies]\n")
    }

    // MARK: What the rest of the input still gives

    private static let halfGood = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a, namespace: default}
        spec: {nodeName: node1, containers: [{name: c, image: i}]}
        status: {phase: Running, podIP: 10.65.0.1}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: default}
        spec: {podSelector: {}, ingress: none}
        """

    @Test func checkGoesOnWithTheRest() throws {
        let run = try runDataplane(
            ["check", "198.51.100.9", "a", "--port", "80", "-f", "-"], stdin: Data(Self.halfGood.utf8))
        #expect(run.status == 2)
        #expect(run.stdout.hasPrefix("ALLOW TCP 80\n"))
        #expect(run.stderr.contains("<stdin>:10:34: error: spec.ingress: "))
    }

    @Test func saveLeavesNoFile() throws {
        let folder = try TemporaryFolder()
        let old = folder.url.appending(path: "old.nft")
        try Data("old".utf8).write(to: old)
        for file in ["new.nft", "old.nft"] {
            let run = try runDataplane(
                ["compile", "-f", "-", "-o", "nft", "--save", file], stdin: Data(Self.halfGood.utf8), in: folder.url)
            #expect(run.status == 2)
        }
        let unwritable = try runDataplane(
            ["compile", "-f", "-", "-o", "nft", "--keep-going", "--save", "no/such/folder.nft"],
            stdin: Data(Self.halfGood.utf8), in: folder.url)
        #expect(unwritable.status == 3)
        #expect(unwritable.stderr.contains("error: cannot write no/such/folder.nft: No such file or directory"))
        #expect(try String(contentsOf: old, encoding: .utf8) == "old")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(files == ["old.nft"])
    }

    @Test func saveKeepsGoingWhereAsked() throws {
        let folder = try TemporaryFolder()
        let run = try runDataplane(
            ["compile", "-f", "-", "-o", "nft", "--keep-going", "--save", "new.nft"],
            stdin: Data(Self.halfGood.utf8), in: folder.url)
        #expect(run.status == 2)
        #expect(run.stdout == "")
        let saved = try String(contentsOf: folder.url.appending(path: "new.nft"), encoding: .utf8)
        #expect(saved.hasPrefix("table inet dataplane {\n") && saved.hasSuffix("}\n"))
    }
}
