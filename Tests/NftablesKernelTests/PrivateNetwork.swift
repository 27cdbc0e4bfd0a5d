import CLinuxShims
import Foundation

/// Runs code in a network namespace of its own, on a thread of its own: membership is per thread, and the threads of
/// Swift's pool are used again.
enum PrivateNetwork {
    struct NotPrivate: Error {}

    static var isAvailable: Bool { geteuid() == 0 && (try? run { true }) == true }
    static let reason = "needs root: makes a private network namespace and loads rules there"

    /// The namespace vanishes with the last socket in it. Never runs `body` in the namespace of the process.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        let box = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            box.result = Result {
                guard dp_unshare_network() == 0, name(of: "thread-self") != name(of: "\(getpid())") else {
                    throw NotPrivate()
                }
                return try body()
            }
            done.signal()
        }
        thread.stackSize = 16 << 20
        thread.start()
        done.wait()
        guard let result = box.result else { throw NotPrivate() }
        return try result.get()
    }

    private final class Box<Value>: @unchecked Sendable {
        var result: Result<Value, any Error>?
    }

    /// `net:[4026531840]`.
    private static func name(of thread: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(thread)/ns/net")
    }
}
