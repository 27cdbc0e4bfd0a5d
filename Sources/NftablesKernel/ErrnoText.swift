import Glibc

/// Error numbers in words. `strerror` shares one buffer between threads, and which numbers netfilter uses is known.
enum ErrnoText {
    /// `No such file or directory (ENOENT)`; the number alone for others.
    static func text(_ code: Int32) -> String {
        guard let (name, words) = known[code] else { return "error \(code)" }
        return "\(words) (\(name))"
    }

    private static let known: [Int32: (String, String)] = [
        EPERM: ("EPERM", "operation not permitted"),
        ENOENT: ("ENOENT", "something that it names does not exist"),
        EINTR: ("EINTR", "interrupted again and again"),
        EAGAIN: ("EAGAIN", "no answer"),
        ENOMEM: ("ENOMEM", "out of memory"),
        EACCES: ("EACCES", "access denied"),
        EBUSY: ("EBUSY", "in use"),
        EEXIST: ("EEXIST", "already there, or overlaps with what is there"),
        EINVAL: ("EINVAL", "invalid"),
        ENFILE: ("ENFILE", "set is full"),
        EMLINK: ("EMLINK", "chains nest too deeply"),
        ERANGE: ("ERANGE", "value out of range"),
        ELOOP: ("ELOOP", "jumps form a loop"),
        EOVERFLOW: ("EOVERFLOW", "value too large"),
        ERESTART: ("ERESTART", "the ruleset has changed"),
        EMSGSIZE: ("EMSGSIZE", "message too long"),
        EPROTONOSUPPORT: ("EPROTONOSUPPORT", "protocol not supported"),
        EAFNOSUPPORT: ("EAFNOSUPPORT", "address family not supported"),
        EOPNOTSUPP: ("EOPNOTSUPP", "operation not supported"),
        ENOBUFS: ("ENOBUFS", "no buffer space"),
        EBADMSG: ("EBADMSG", "not a netlink message"),
        ENAMETOOLONG: ("ENAMETOOLONG", "name too long"),
    ]
}
