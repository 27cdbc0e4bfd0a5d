import Diagnostics
import NetworkTopology
import NftablesKernel
import NftablesRuleset
import Workspace

/// `dataplane apply`: the rules of one node into this host's kernel, all or nothing.
func runApply(_ options: ApplyOptions, _ console: Console) -> ExitStatus {
    let inputs = LoadedInputs.load(options.manifests, nil, options.edition.inputs, whatIf: false, console)
    guard inputs.status == .success else {
        console.log(.error, "nothing was changed, since objects were refused")
        return inputs.status
    }
    let node = options.node ?? SystemCalls.hostName
    do throws(UsageError) {
        let table = try inputs.ruleset(node: node, counters: options.counters)
        if options.isDryRun {
            console.writeLine("would load for \(node): \(table.summary)")
            return .success
        }
        return load(table, node: node, console)
    } catch {
        let hint = options.node == nil ? "name a node by --node; without it this host's name is taken" : nil
        console.report([
            Diagnostic(
                .error, "unknown-node", at: nil, "\(error.message): nothing was changed",
                hint: [error.hint, hint].compactMap { $0 }.joined(separator: "; "))
        ])
        return .badInput
    }
}

private func load(_ table: NftTable, node: String, _ console: Console) -> ExitStatus {
    do throws(KernelError) {
        let kernel = try NftKernel()
        try kernel.apply(table)
        console.writeLine("loaded for \(node): \(table.summary)")
        return .success
    } catch {
        return report(error, console)
    }
}

/// `dataplane delete`: our table out of the kernel.
func runDelete(_ console: Console) -> ExitStatus {
    do throws(KernelError) {
        let kernel = try NftKernel()
        let wasLoaded = try kernel.delete()
        console.writeLine(wasLoaded ? "table inet \(NftTable.defaultName) deleted" : "nothing was loaded")
        return .success
    } catch {
        return report(error, console)
    }
}

/// `dataplane status`: what is loaded, with counters.
func runStatus(_ options: StatusOptions, _ console: Console) -> ExitStatus {
    do throws(KernelError) {
        let kernel = try NftKernel()
        let status = try kernel.status()
        switch options.format {
        case .text: console.write(status.map(StatusText.text) ?? "nothing is loaded\n")
        case .json: console.write(StatusText.json(status))
        }
        return .success
    } catch {
        return report(error, console)
    }
}

private func report(_ error: KernelError, _ console: Console) -> ExitStatus {
    console.report([Diagnostic(.error, "kernel", at: nil, "\(error)")])
    return .environment
}
