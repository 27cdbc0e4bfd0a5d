import Foundation
import TestSupport
import Testing

/// `apply`, `status` and `delete` where they have nothing to do, may not, or must not.
@Suite(.enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason)))
struct KernelVerbTests {
    private static let manifests = Corpora.checkout.appending(path: "Tests/Scenarios/000-a-pod-labels/manifests").path

    private func apply(_ host: KernelHost, _ options: String..., under launcher: [String] = []) throws -> ProgramRun {
        try host.dataplane(["apply", "-f", Self.manifests] + options, under: launcher)
    }

    @Test func statusShowsCountersPerRule() throws {
        let host = try KernelHost()
        #expect(try host.dataplane(["status"]).stdout == "nothing is loaded\n")
        #expect(try apply(host, "--node", "node1").status == 0)
        #expect(try host.dataplane(["status"]).stdout.contains("\n    not counted  "))
        #expect(try apply(host, "--node", "node1", "--counters").status == 0)
        let text = try host.dataplane(["status"]).stdout
        let place = "network-policy-namespace-b.yml:"
        #expect(
            text.split(separator: "\n").contains {
                $0.hasPrefix("    0 packets 0 bytes  knp/namespace-b/network-policy-namespace-b ingress[0] ")
                    && $0.contains(place)
            }, "\(text)")
        let rules = try host.status().rules
        #expect(rules.contains { $0.comment.contains(place) && $0.packets == 0 && $0.bytes == 0 })
    }

    @Test func applyAgainReplaces() throws {
        let host = try KernelHost()
        #expect(try apply(host, "--node", "node2").status == 0)
        let first = try host.listing()
        #expect(try apply(host, "--node", "node1").status == 0)
        #expect(try host.listing() != first)
        #expect(try apply(host, "--node", "node2").status == 0)
        #expect(try host.listing() == first)
    }

    @Test func unknownNodeChangesNothing() throws {
        let host = try KernelHost()
        #expect(try apply(host, "--node", "node1").status == 0)
        let before = try host.listing()
        let run = try apply(host, "--node", "node9")
        #expect(run.status == 2)
        #expect(run.stdout == "")
        #expect(
            run.stderr
                == "error: the inputs know no node node9: nothing was changed [unknown-node]\n"
                + "    hint: they know node1, node2\n")
        #expect(try host.listing() == before)
    }

    @Test func dryRunChangesNothing() throws {
        let host = try KernelHost()
        let before = try host.listing()
        let run = try apply(host, "--node", "node1", "--dry-run")
        #expect(run.status == 0)
        #expect(run.stdout.hasPrefix("would load for node1: "))
        #expect(try host.listing() == before)
    }

    /// What root is without its capabilities every other user is, too.
    @Test func withoutPrivilegeNothingIsChanged() throws {
        let host = try KernelHost()
        let before = try host.listing()
        let powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        let verbs = [["apply", "-f", Self.manifests, "--node", "node1"], ["delete"], ["status"]]
        for verb in verbs {
            let run = try host.dataplane(verb, under: powerless)
            #expect(run.status == 3, "\(verb)")
            #expect(run.stdout == "")
            #expect(run.stderr.contains("this needs CAP_NET_ADMIN"), "\(run.stderr)")
        }
        #expect(try host.listing() == before)
    }
}

/// The same without any namespace of one's own: the kernel refuses a user.
@Suite(.enabled(if: getuid() != 0, "needs a user who is not root")) struct UnprivilegedApplyTests {
    @Test func applyIsRefused() throws {
        let manifests = Corpora.checkout.appending(path: "Tests/Scenarios/000-a-pod-labels/manifests").path
        let run = try runDataplane(["apply", "-f", manifests, "--node", "node1"])
        #expect(run.status == 3)
        #expect(run.stderr.contains("this needs CAP_NET_ADMIN"))
    }
}
