/// Google Benchmark in C: what `suites` needs of it.
#ifdef __cplusplus
extern "C" {
#endif

/// Runs with the context that was registered; `state` is handed to the functions below.
typedef void (*benchmark_body)(void *context, void *state);

void benchmark_register(const char *name, benchmark_body body, void *context);
/// Whether to go through the loop once more; starts and stops the clock.
int benchmark_keep_running(void *state);
void benchmark_set_items(void *state, long items);
void benchmark_set_counter(void *state, const char *name, double value);
/// What an optimizer must not take for unused.
void benchmark_keep(unsigned long value);
/// Runs what the arguments choose; the exit status.
int benchmark_run(int count, char **arguments);

#ifdef __cplusplus
}
#endif
