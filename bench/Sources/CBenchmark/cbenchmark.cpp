#include "cbenchmark.h"

#include <benchmark/benchmark.h>

static benchmark::State &state_of(void *state) { return *static_cast<benchmark::State *>(state); }

void benchmark_register(const char *name, benchmark_body body, void *context) {
    benchmark::RegisterBenchmark(name, [body, context](benchmark::State &state) { body(context, &state); })
        ->Unit(benchmark::kMillisecond);
}

int benchmark_keep_running(void *state) { return state_of(state).KeepRunning(); }

void benchmark_set_items(void *state, long items) { state_of(state).SetItemsProcessed(items); }

void benchmark_set_counter(void *state, const char *name, double value) { state_of(state).counters[name] = value; }

void benchmark_keep(unsigned long value) { benchmark::DoNotOptimize(value); }

int benchmark_run(int count, char **arguments) {
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
