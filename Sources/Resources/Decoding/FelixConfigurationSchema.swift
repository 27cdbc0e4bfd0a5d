extension ObjectSchema {
    /// `spec` of FelixConfiguration: the settings of calico.md 1.8, and every other one that Felix knows.
    static let felixConfigurationSpec = ObjectSchema(
        [
            .used("defaultEndpointToHostAction"), .used("failsafeInboundHostPorts", failsafePort),
            .used("failsafeOutboundHostPorts", failsafePort), .used("nftablesFilterDenyAction"),
            .used("nftablesMarkMask"),
            .used("interfacePrefix"), .used("disableConntrackInvalidCheck"), .used("vxlanPort"),
            .used("allowVXLANPacketsFromWorkloads"), .used("allowIPIPPacketsFromWorkloads"), .used("ipv6Support"),
            .used("workloadSourceSpoofing"), .used("nftablesFilterAllowAction"),
            .validated("nftablesMangleAllowAction"), .used("serviceLoopPrevention"),
            .refused("bpfEnabled", unless: "false", because: "the eBPF dataplane is not the one emulated here"),
            .refused("wireguardEnabled", unless: "false", because: wireguard),
            .refused("wireguardEnabledV6", unless: "false", because: wireguard),
        ], ignored: bpfSettings + otherSettings)

    private static let wireguard =
        "WireGuard moves the traffic between pods into a tunnel of its own, with marks and rules that are not emulated"

    private static let failsafePort = ObjectSchema([.used("protocol"), .used("port"), .used("net")])

    /// Of the eBPF dataplane, which is not the one emulated here.
    private static let bpfSettings = [
        "bpfAttachType", "bpfCTLBLogFilter", "bpfConnectTimeLoadBalancing", "bpfConnectTimeLoadBalancingEnabled",
        "bpfConntrackLogLevel", "bpfConntrackMode", "bpfConntrackTimeouts", "bpfDSROptoutCIDRs", "bpfDataIfacePattern",
        "bpfDisableGROForIfaces", "bpfDisableUnprivileged", "bpfEnforceRPF", "bpfExcludeCIDRsFromNAT",
        "bpfExportBufferSizeMB", "bpfExtToServiceConnmark", "bpfExternalServiceMode", "bpfForceTrackPacketsFromIfaces",
        "bpfHostConntrackBypass", "bpfHostNetworkedNATWithoutCTLB", "bpfJITHardening",
        "bpfKubeProxyEndpointSlicesEnabled", "bpfKubeProxyHealthzPort", "bpfKubeProxyIptablesCleanupEnabled",
        "bpfKubeProxyMinSyncPeriod", "bpfL3IfacePattern", "bpfLogFilters", "bpfLogLevel",
        "bpfMaglevMaxEndpointsPerService", "bpfMaglevMaxServices", "bpfMapSizeConntrack",
        "bpfMapSizeConntrackCleanupQueue", "bpfMapSizeConntrackScaling", "bpfMapSizeIPSets", "bpfMapSizeIfState",
        "bpfMapSizeNATAffinity", "bpfMapSizeNATBackend", "bpfMapSizeNATFrontend", "bpfMapSizePerCpuConntrack",
        "bpfMapSizeRoute", "bpfPSNATPorts", "bpfPolicyDebugEnabled", "bpfProfiling", "bpfRedirectToPeer",
    ]

    /// Routes, logs, metrics, timers, other dataplanes: nothing that a verdict depends on.
    private static let otherSettings = [
        "awsSrcDstCheck", "cgroupV2Path", "chainInsertMode", "dataplaneDriver", "dataplaneWatchdogTimeout",
        "debugDisableLogDropping", "debugHost", "debugMemoryProfilePath", "debugPort",
        "debugSimulateCalcGraphHangAfter", "debugSimulateDataplaneApplyDelay", "debugSimulateDataplaneHangAfter",
        "deviceRouteProtocol", "deviceRouteSourceAddress", "deviceRouteSourceAddressIPv6", "endpointReportingDelay",
        "endpointReportingDelaySecs", "endpointReportingEnabled", "endpointStatusPathPrefix", "externalNodesList",
        "featureDetectOverride", "featureGates", "floatingIPs", "flowLogsCollectorDebugTrace", "flowLogsFlushInterval",
        "flowLogsGoldmaneServer", "flowLogsLocalReporter", "flowLogsPolicyEvaluationMode", "genericXDPEnabled",
        "goGCThreshold", "goMaxProcs", "goMemoryLimitMB", "healthEnabled", "healthHost", "healthPort",
        "healthTimeoutOverrides", "interfaceExclude", "interfaceRefreshInterval", "ipForwarding", "ipipEnabled",
        "ipipMTU", "ipsetsRefreshInterval", "iptablesBackend", "iptablesFilterAllowAction", "iptablesFilterDenyAction",
        "iptablesLockFilePath", "iptablesLockProbeInterval", "iptablesLockTimeout", "iptablesMangleAllowAction",
        "iptablesMarkMask", "iptablesNATOutgoingInterfaceFilter", "iptablesPostWriteCheckInterval",
        "iptablesRefreshInterval", "istioAmbientMode", "istioDSCPMark", "kubeNodePortRanges",
        "liveMigrationRouteConvergenceTime", "localSubnetL2Reachability", "logActionRateLimit",
        "logActionRateLimitBurst", "logDebugFilenameRegex", "logFilePath", "logPrefix", "logSeverityFile",
        "logSeverityScreen", "logSeveritySys", "maxIpsetSize", "metadataAddr", "metadataPort", "mtuIfacePattern",
        "natOutgoingAddress", "natOutgoingExclusions", "natPortRange", "netlinkTimeout", "nftablesFlowTableOffload",
        "nftablesMode", "nftablesRefreshInterval", "openstackRegion", "policySyncPathPrefix",
        "programClusterRoutes", "prometheusGoMetricsEnabled", "prometheusMetricsCAFile", "prometheusMetricsCertFile",
        "prometheusMetricsClientAuth", "prometheusMetricsEnabled", "prometheusMetricsHost", "prometheusMetricsKeyFile",
        "prometheusMetricsPort", "prometheusProcessMetricsEnabled", "prometheusWireGuardMetricsEnabled",
        "removeExternalRoutes", "reportingInterval", "reportingTTL", "requireMTUFile", "routeRefreshInterval",
        "routeSource", "routeSyncDisabled", "routeTableRange", "routeTableRanges",
        "sidecarAccelerationEnabled", "usageReportingEnabled", "usageReportingInitialDelay", "usageReportingInterval",
        "useInternalDataplaneDriver", "vxlanEnabled", "vxlanMTU", "vxlanMTUV6", "vxlanVNI",
        "windowsManageFirewallRules", "windowsNetworkName", "wireguardHostEncryptionEnabled", "wireguardInterfaceName",
        "wireguardInterfaceNameV6", "wireguardKeepAlive", "wireguardListeningPort", "wireguardListeningPortV6",
        "wireguardMTU", "wireguardMTUV6", "wireguardRoutingRulePriority", "wireguardThreadingEnabled", "xdpEnabled",
        "xdpRefreshInterval",
    ]
}
