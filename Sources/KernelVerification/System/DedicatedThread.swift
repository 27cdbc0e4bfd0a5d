import Glibc

/// Runs work on a thread of its own and waits for it.
///
/// Namespace membership belongs to a thread, and the pools of Swift and Dispatch reuse theirs: a call of `unshare` or
/// `setns` there would leak into unrelated work. Here the thread ends with the work.
enum DedicatedThread {
    static func run<Value>(_ body: () throws(KernelHarnessError) -> Value) throws(KernelHarnessError) -> Value {
        var outcome: Result<Value, KernelHarnessError>?
        let failure = withoutActuallyEscaping(body) { work in
            let job = Job { outcome = Result(catching: work) }
            return spawnAndJoin(job)
        }
        guard failure == 0, let outcome else {
            throw .system(operation: "pthread_create", errno: failure)
        }
        return try outcome.get()
    }

    private final class Job {
        let work: () -> Void
        init(_ work: @escaping () -> Void) { self.work = work }
    }

    /// Returns 0, or the error number of `pthread_create`; then the job has not run.
    private static func spawnAndJoin(_ job: Job) -> Int32 {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(job)
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue().work()
                }
                return nil
            }, argument.toOpaque())
        if code == 0 { pthread_join(thread, nil) }
        unsafe argument.release()
        return code
    }
}
