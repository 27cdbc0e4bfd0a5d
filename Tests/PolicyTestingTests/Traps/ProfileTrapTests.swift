import Testing

extension Traps {
    /// Profiles: what no policy decided.
    @Suite struct ProfileTrapTests {
        private static let packets = ["b/client -> b/vm TCP 80"]

        /// A workload with a list of profiles, which allow, deny, or pass and then deny its ingress.
        private static func world(_ profiles: String) -> TrapCluster {
            TrapCluster(
                Manifest.workload("vm", address: "10.0.0.9", profiles: profiles),
                Manifest.profile("open", "ingress: [{action: Allow}], egress: [{action: Allow}]"),
                Manifest.profile("shut", "ingress: [{action: Deny}]"),
                Manifest.profile("skip", "ingress: [{action: Pass}, {action: Deny}]"),
                Manifest.profile("silent", ""))
        }

        @Test("T20: a missing profile denies, at its place in the list")
        func t20() throws {
            #expect(try Self.world("open, missing").passing(Self.packets) == Self.packets)
            #expect(try Self.world("missing, open").passing(Self.packets) == [])
            #expect(try Self.world("silent, open").passing(Self.packets) == Self.packets)
            // The profile of a namespace is there even if no manifest is.
            #expect(try Self.world("kns.nowhere, open").passing(Self.packets) == Self.packets)
        }

        @Test("T21: Deny in a profile is final, Pass skips this profile alone")
        func t21() throws {
            #expect(try Self.world("shut, open").passing(Self.packets) == [])
            #expect(try Self.world("skip, open").passing(Self.packets) == Self.packets)
            #expect(try Self.world("skip, shut").passing(Self.packets) == [])
            #expect(try Self.world("skip").passing(Self.packets) == [])
        }
    }
}
