import Glibc

/// The one way to make a system call here: errno is read at once, EINTR is retried, the operation is named.
enum SystemCall {
    /// Runs `body` until it ends otherwise than with EINTR; a negative result becomes an error.
    @discardableResult
    static func check(_ operation: @autoclosure () -> String, _ body: () -> Int) throws(KernelHarnessError) -> Int {
        switch attempt(body) {
        case .success(let value): return value
        case .failure(let failure): throw error(operation(), failure.errno)
        }
    }

    /// As `check`, for a caller to whom some errno values are answers.
    static func attempt(_ body: () -> Int) -> Result<Int, Failure> {
        while true {
            let value = body()
            if value >= 0 { return .success(value) }
            let code = errno
            if code != EINTR { return .failure(Failure(errno: code)) }
        }
    }

    struct Failure: Error { let errno: Int32 }

    /// errno in words, with its number.
    static func text(_ code: Int32) -> String {
        // glibc keeps the text per thread.
        unsafe "\(String(cString: strerror(code))) (errno \(code))"
    }

    /// What is missing, for the errno values that mean "not allowed" or "not there".
    private static func error(_ operation: String, _ code: Int32) -> KernelHarnessError {
        switch code {
        case EPERM, EACCES:
            .unavailable(
                operation: operation, errno: code,
                remedy: "needs root (CAP_SYS_ADMIN and CAP_NET_ADMIN) and read-write access to /dev/net/tun")
        case ENOSYS, EAFNOSUPPORT, EPROTONOSUPPORT, EOPNOTSUPP:
            .unavailable(
                operation: operation, errno: code,
                remedy: "this kernel lacks it (nf_tables, nfnetlink_log, nf_conntrack, network namespaces are needed)")
        default:
            .system(operation: operation, errno: code)
        }
    }
}
