import Glibc
import Synchronization

/// Threads that do one piece of work together, again and again: the caller's own and `size - 1` others, which wait in
/// between.
///
/// The unsafe code of this file is that of threads: each holds a reference to the crew's board, and is joined when the
/// crew goes away.
final class WorkerCrew: Sendable {
    /// What the threads share.
    private final class Board: Sendable {
        /// The pieces handed out so far; -1: go home.
        let piece = Atomic<Int>(0)
        let busy = Atomic<Int>(0)
        let body = Mutex<(@Sendable (Int) -> Void)?>(nil)
    }

    private struct Start {
        let board: Board
        let number: Int
    }

    private let board = Board()
    private let threads: [pthread_t]
    let size: Int

    /// - Parameter size: at least 1. Fewer where the system has no more threads.
    init(size: Int) {
        var threads: [pthread_t] = []
        for number in 1..<max(1, size) {
            var thread = pthread_t()
            let start = unsafe Unmanaged.passRetained(Box(Start(board: board, number: number)))
            let status = unsafe pthread_create(
                &thread, nil,
                { argument in
                    guard let argument = unsafe argument else { return nil }
                    let start = unsafe Unmanaged<Box<Start>>.fromOpaque(argument).takeRetainedValue().value
                    WorkerCrew.work(start.board, start.number)
                    return nil
                }, start.toOpaque())
            guard status == 0 else {
                unsafe start.release()
                break
            }
            threads.append(thread)
        }
        self.threads = threads
        self.size = threads.count + 1
    }

    deinit {
        board.piece.store(-1, ordering: .releasing)
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Runs `body` with the numbers 0 ..< size, each on a thread of its own, and returns when all are through.
    func run(_ body: @escaping @Sendable (Int) -> Void) {
        guard size > 1 else { return body(0) }
        board.body.withLock { $0 = body }
        board.busy.store(size - 1, ordering: .relaxed)
        board.piece.wrappingAdd(1, ordering: .releasing)
        body(0)
        WorkerCrew.wait { board.busy.load(ordering: .acquiring) == 0 }
        board.body.withLock { $0 = nil }
    }

    private static func work(_ board: Board, _ number: Int) {
        var done = 0
        while true {
            var piece = 0
            wait {
                piece = board.piece.load(ordering: .acquiring)
                return piece != done
            }
            guard piece > 0 else { return }
            done = piece
            board.body.withLock { $0 }?(number)
            board.busy.wrappingSubtract(1, ordering: .releasing)
        }
    }

    /// Looks for a moment, then between naps, each longer than the one before.
    static func wait(_ isOver: () -> Bool) {
        for _ in 0..<4000 where isOver() { return }
        var nap: UInt32 = 1
        while !isOver() {
            if nap < 64 { sched_yield() } else { usleep(min(nap, 500)) }
            nap += 1
        }
    }
}

/// A value behind a reference, to hand over.
private final class Box<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
