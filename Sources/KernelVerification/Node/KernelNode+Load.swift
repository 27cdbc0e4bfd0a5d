import CLinuxShims
import Glibc

extension KernelNode {
    /// Sends one nf_tables batch (BATCH_BEGIN … BATCH_END) to the node's namespace. All of it takes effect, or nothing.
    ///
    /// - Throws: `.refused` with the sequence number of each message at fault.
    public func load(batch: [UInt8]) throws(KernelHarnessError) {
        try netfilter.send(batch)
        let refusals = try netfilter.acknowledgements()
        guard refusals.isEmpty else { throw .refused(refusals) }
        try relaxConnectionTracking()
    }

    /// Loads nftables text by the stock `nft`, found in `$PATH`: an encoder that is not ours.
    public func load(text: String) throws(KernelHarnessError) {
        _ = try namespace.perform { () throws(KernelHarnessError) in try StockNft.run(["-f", "-"], input: text) }
        try relaxConnectionTracking()
    }

    /// The node's ruleset as the stock `nft` lists it, the observer's table left out.
    public func listing() throws(KernelHarnessError) -> String {
        try namespace.perform { () throws(KernelHarnessError) in
            let tables = try StockNft.run(["list", "tables"], input: "").split(separator: "\n")
            return try tables.filter { !$0.hasSuffix(" \(ObserverTable.name)") }
                .map { (table) throws(KernelHarnessError) in
                    try StockNft.run(["list"] + table.split(separator: " ").map(String.init), input: "")
                }
                .joined()
        }
    }

    func setObserver(_ tracking: ObserverTable.Tracking) throws(KernelHarnessError) {
        let batch = ObserverTable.batch(tracking) { [netfilter] in netfilter.nextSequence() }
        try netfilter.send(batch)
        let refusals = try netfilter.acknowledgements()
        guard refusals.isEmpty else { throw .refused(refusals) }
        observerTracking = tracking
    }

    /// Test packets need not have right transport checksums. The setting exists once conntrack does.
    private func relaxConnectionTracking() throws(KernelHarnessError) {
        let (path, value) = KernelSettings.ofConnectionTracking
        do throws(KernelHarnessError) {
            try namespace.perform { () throws(KernelHarnessError) in try KernelSettings.write(path, value) }
        } catch .system(_, errno: ENOENT) {
            return
        }
    }
}
