import Foundation
import TestSupport
import Testing

@testable import dataplane

/// The what-if options and what the commands print where policies are staged, by the built program.
@Suite struct StagedCommandTests {
    private let folder = try? TemporaryFolder()

    private func write(_ name: String, _ text: String) throws -> String {
        let file = try #require(folder).url.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func cluster() throws -> String {
        try write(
            "cluster.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, namespace: default, labels: {app: a}}
            spec: {nodeName: n1, containers: [{name: c}]}
            status: {phase: Running, podIP: 10.0.0.1}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: default, labels: {app: b}}, \
            spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.0.2}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: default}, \
            spec: {podSelector: {matchLabels: {app: b}}, ingress: [{ports: [{port: 80}]}]}}
            """)
    }

    private func change() throws -> String {
        try write(
            "change.yaml",
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web, namespace: default}
            spec: {podSelector: {matchLabels: {app: b}}, ingress: [{ports: [{port: 81}]}]}
            """)
    }

    @Test("check prints both verdicts; the exit status is that of the enforced one")
    func checkSideBySide() throws {
        let inputs = ["-f", try cluster(), "--stage", try change()]
        let broken = try runDataplane(["check", "a", "b", "--port", "80"] + inputs)
        #expect(broken.status == 0 && broken.stdout.hasPrefix("ALLOW TCP 80\n"))
        #expect(broken.stdout.contains("  with the staged policies enforced:\n    DENY TCP 80\n"))
        #expect(broken.stdout.contains("isolated by sknp/default/web, no rule of tier default matches"))
        #expect(broken.stdout.contains("tier default, staged, decides nothing: sknp/default/web\n"))
        let opened = try runDataplane(["check", "a", "b", "--port", "81"] + inputs)
        #expect(opened.status == 1 && opened.stdout.contains("    ALLOW TCP 81\n"))
        let same = try runDataplane(["check", "b", "a", "--port", "81"] + inputs)
        #expect(same.status == 0 && !same.stdout.contains("with the staged policies"))
        let otherReason = try runDataplane(["check", "a", "b", "--port", "82"] + inputs)
        #expect(otherReason.status == 1)
        #expect(
            otherReason.stdout.contains(
                "  with the staged policies enforced: DENY as well\n    reason: END_OF_TIER_DROP ingress of default/b: "
                    + "isolated by sknp/default/web"))
    }

    @Test func checkAsJSON() throws {
        let arguments = ["check", "a", "b", "--port", "80", "-o", "json", "-f", try cluster()]
        let plain = try runDataplane(arguments)
        #expect(!plain.stdout.contains("staged"))
        let run = try runDataplane(arguments + ["--stage", try change()])
        let object = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any]
        let question = try #require((object?["questions"] as? [[String: Any]])?.first)
        #expect(object?["verdict"] as? String == "allow" && question["verdict"] as? String == "allow")
        #expect((question["staged"] as? [String: Any])?["verdict"] as? String == "deny")
    }

    @Test("every engine answers for the preview, too", arguments: ["reference", "matcher", "nft"])
    func enginesOfThePreview(_ engine: String) throws {
        let run = try runDataplane(
            ["check", "a", "b", "--port", "80", "--engine", engine, "-f", try cluster(), "--stage", try change()])
        #expect(run.status == 0 && run.stdout.contains("    DENY TCP 80\n"))
    }

    @Test("--enforce-staged makes the change the truth, --as-staged enforces nothing")
    func whatIf() throws {
        let arguments = ["check", "a", "b", "--port", "80", "-f", try cluster()]
        let enforced = try runDataplane(arguments + ["--stage", try change(), "--enforce-staged"])
        #expect(enforced.status == 1 && !enforced.stdout.contains("with the staged policies"))
        let watched = try runDataplane(["check", "a", "b", "--port", "82", "-f", try cluster(), "--as-staged"])
        #expect(watched.status == 0)
        #expect(watched.stdout.contains("    DENY TCP 82\n"))
        #expect(watched.stdout.contains("isolated by knp/default/web"))
    }

    @Test func optionsExcludeEachOther() throws {
        let run = try runDataplane(["compile", "-f", try cluster(), "--as-staged", "--enforce-staged"])
        #expect(run.status == 2 && run.stderr.contains("--enforce-staged and --as-staged exclude each other"))
        let stdin = try runDataplane(["check", "a", "b", "-f", "-", "--stage", "-"])
        #expect(stdin.status == 2 && stdin.stderr.contains("standard input can be read only once"))
    }

    @Test("compile lists what is staged in every stage that people read")
    func compileListsStagedPolicies() throws {
        let inputs = ["-f", try cluster(), "--stage", try change()]
        func compiled(_ format: String) throws -> String {
            try runDataplane(["compile", "-o", format] + inputs).stdout
        }
        #expect(try compiled("resources").contains("StagedKubernetesNetworkPolicy (Set) default/web  # "))
        #expect(try compiled("ir").contains("  sknp/default/web (staged) order 1000.0 on "))
        #expect(try compiled("tree").contains("staged sknp/default/web in tier default (replaces knp/default/web)  # "))
        #expect(try compiled("json").contains("\"stagedPolicies\":[\n{\"policy\":\"sknp/default/web\","))
        let nft = try compiled("nft")
        #expect(!nft.contains("sknp") && nft.contains("knp/default/web"))
    }

    /// Spec 003: staging is no switch of Calico, but may be asked for here.
    @Test("replay --as-staged lets everything pass and tells what would be denied")
    func replayAsStaged() throws {
        let checkout = Corpora.checkout
        let arguments = [
            "replay", checkout.appending(path: "pcaps/startupco.pcap").path, "-f",
            checkout.appending(path: "examples/startupco").path,
        ]
        let plain = try runDataplane(arguments + ["-o", "json"])
        let staged = try runDataplane(arguments + ["-o", "json", "--as-staged"])
        func object(_ run: ProgramRun) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any])
        }
        let before = try #require(try object(plain)["verdicts"] as? [String: Int])
        let after = try object(staged)
        #expect((after["verdicts"] as? [String: Int])?["deny"] == 0)
        let preview = try #require(after["staged"] as? [String: Any])
        #expect(preview["verdicts"] as? [String: Int] == before)
        #expect(preview["changedPackets"] as? Int == before["deny"])
    }

    @Test("test runs its cases with a planned change enforced")
    func testWithChange() throws {
        let cases = Corpora.checkout.appending(path: "Tests/Scenarios/001-step-1.3-no-policy").path
        let policy = try write(
            "deny.yaml",
            "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: deny}\nspec: {}")
        let plain = try runDataplane(["test", cases, "--stage", policy])
        #expect(plain.status == 0 && plain.stdout.contains(" 0 mismatches"))
        let changed = try runDataplane(["test", cases, "--stage", policy, "--enforce-staged"])
        #expect(changed.status == 1 && !changed.stdout.contains(" 0 mismatches"))
    }
}
