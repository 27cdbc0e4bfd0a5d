import NetTypes
import Testing

@testable import Resources

struct FelixConfigurationDecodingTests {
    private func configuration(_ spec: String, name: String = "default") -> MarkedManifest {
        MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: \(name)}\nspec: \(spec)")
    }

    @Test func settings() throws {
        let manifest = configuration(
            """
            {defaultEndpointToHostAction: ACCEPT,
              failsafeInboundHostPorts: [{protocol: tcp, port: 22, net: 10.0.0.0/8}],
              failsafeOutboundHostPorts: [], nftablesFilterDenyAction: reject, interfacePrefix: "cali, tap",
              disableConntrackInvalidCheck: true, vxlanPort: 8472, allowVXLANPacketsFromWorkloads: true,
              allowIPIPPacketsFromWorkloads: false, ipv6Support: false, workloadSourceSpoofing: Any,
              nftablesFilterAllowAction: RETURN, nftablesMangleAllowAction: Return, serviceLoopPrevention: Reject,
              bpfEnabled: false, wireguardEnabled: false, logSeverityScreen: Info}
            """, name: "node.node1")
        #expect(manifest.found == [])
        let felix = try #require(manifest.snapshot.felixConfigurations.first)
        #expect(felix.defaultEndpointToHostAction?.value == .accept)
        #expect(
            felix.failsafeInboundHostPorts == [
                FelixConfiguration.FailsafePort(proto: .tcp, port: 22, net: IPPrefix("10.0.0.0/8"))
            ])
        #expect(felix.failsafeOutboundHostPorts == [])
        #expect(felix.denyActionIsReject == true && felix.interfacePrefixes == ["cali", "tap"])
        #expect(felix.disableConntrackInvalidCheck == true && felix.vxlanPort == 8472)
        #expect(felix.allowVXLANPacketsFromWorkloads == true && felix.allowIPIPPacketsFromWorkloads == false)
        #expect(felix.allowActionIsReturn?.value == true && felix.serviceLoopPrevention == .reject)
        #expect(felix.ipv6Support == false && felix.workloadSourceSpoofingAllowed == true)
    }

    @Test func absentSettingsStayNil() throws {
        let felix = try #require(configuration("{defaultEndpointToHostAction: ''}").snapshot.felixConfigurations.first)
        #expect(felix.defaultEndpointToHostAction == nil && felix.failsafeInboundHostPorts == nil)
        #expect(felix.denyActionIsReject == nil && felix.ipv6Support == nil)
    }

    @Test(arguments: [
        ("{defaultEndpointToHostAction: ▸Allow}", "error spec.defaultEndpointToHostAction unsupported-value"),
        ("{failsafeInboundHostPorts: [{port: ▸65536}]}", "error spec.failsafeInboundHostPorts[0].port invalid-value"),
        (
            "{failsafeInboundHostPorts: [{port: ▸0}]}",
            "warning spec.failsafeInboundHostPorts[0].port failsafe-ignored"
        ),
        (
            "{failsafeInboundHostPorts: [{protocol: ▸icmp, port: 5}]}",
            "warning spec.failsafeInboundHostPorts[0].protocol failsafe-ignored"
        ),
        (
            "{failsafeInboundHostPorts: [{protocol: udp, port: 5, net: ▸x}]}",
            "warning spec.failsafeInboundHostPorts[0].net failsafe-ignored"
        ),
        ("{▸defaultEndpointToHostActoin: Drop}", "warning spec.defaultEndpointToHostActoin unknown-field"),
        ("{nftablesFilterAllowAction: ▸Drop}", "error spec.nftablesFilterAllowAction unsupported-value"),
        ("{nftablesMangleAllowAction: ▸Drop}", "error spec.nftablesMangleAllowAction unsupported-value"),
        ("{serviceLoopPrevention: ▸Never}", "error spec.serviceLoopPrevention unsupported-value"),
        ("{nftablesMarkMask: ▸4294967296}", "error spec.nftablesMarkMask invalid-value"),
        ("{nftablesMarkMask: ▸0}", "warning spec.nftablesMarkMask empty-mark-mask"),
        ("{bpfEnabled: ▸true}", "error spec.bpfEnabled not-emulated"),
        ("{wireguardEnabled: ▸true}", "error spec.wireguardEnabled not-emulated"),
        ("{wireguardEnabledV6: ▸true}", "error spec.wireguardEnabledV6 not-emulated"),
    ])
    func findings(_ spec: String, _ expected: String) {
        let manifest = configuration(spec)
        #expect(manifest.found == manifest.expected(expected))
        #expect(manifest.snapshot.felixConfigurations.isEmpty == expected.hasPrefix("error"))
    }

    @Test func namesThatNoNodeReads() {
        let manifest = configuration("▸{}", name: "node1")
        #expect(manifest.found == manifest.expected("warning spec unused-configuration"))
    }
}
