import CBenchmark
import CMeter

/// One benchmark: what it is called, how much one iteration does, and the iteration.
///
/// Allocations are counted around the loop by the process's own counter: those of the harness would make a 0 a little
/// more than 0.
final class Suite {
    private let items: Int
    private let body: () -> Int
    private let counters: () -> [(name: String, value: Double)]

    private init(
        items: Int, counters: @escaping () -> [(name: String, value: Double)], _ body: @escaping () -> Int
    ) {
        self.items = items
        self.counters = counters
        self.body = body
    }

    /// - Parameters:
    ///   - items: packets, rules or bytes of one iteration.
    ///   - counters: read once after the loop.
    ///   - body: returns something that depends on all its work.
    static func register(
        _ name: String, items: Int, counters: @escaping () -> [(name: String, value: Double)] = { [] },
        _ body: @escaping () -> Int
    ) {
        let suite = Suite(items: items, counters: counters, body)
        // Lives as long as the process: Google Benchmark holds on to the context.
        let context = unsafe Unmanaged.passRetained(suite).toOpaque()
        unsafe benchmark_register(
            name,
            { context, state in
                guard let context = unsafe context, let state = unsafe state else { return }
                unsafe Unmanaged<Suite>.fromOpaque(context).takeUnretainedValue().run(state)
            }, context)
    }

    private func run(_ state: UnsafeMutableRawPointer) {
        // The first pass fills caches and grows buffers.
        benchmark_keep(UInt(bitPattern: body()))
        let before = meter_allocations()
        var iterations = 0
        while unsafe benchmark_keep_running(state) != 0 {
            benchmark_keep(UInt(bitPattern: body()))
            iterations += 1
        }
        let allocations = meter_allocations() - before
        unsafe benchmark_set_items(state, iterations * items)
        let perItem = Double(allocations) / Double(max(1, iterations * items))
        unsafe benchmark_set_counter(state, "allocations_per_item", perItem)
        for counter in counters() { unsafe benchmark_set_counter(state, counter.name, counter.value) }
    }
}
