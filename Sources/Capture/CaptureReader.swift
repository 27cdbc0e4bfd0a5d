import CPcap
import Glibc

/// A pcap or pcapng file (or standard input) read by libpcap, frame after frame.
///
/// Owns the `pcap_t`, its stdio stream and buffer, and the compiled filter; frees them when it goes away. All unsafe
/// code of this target is in this file; a frame's bytes are lent as a `Span` for the duration of a closure.
///
///     var capture = try CaptureReader(path: "trace.pcap")
///     while try capture.nextFrame({ frame, bytes in … }) != nil {}
///     if case .truncated(let message)? = capture.end { … }
@safe public struct CaptureReader: ~Copyable {
    /// stdio reads this much at a time: `pcap_fopen_offline` over such a buffer is 1.2 to 4 times as fast as over the
    /// default one (performance.md, "Scanning a pcap").
    static let bufferSize = 1 << 20

    /// As given; `-` is standard input.
    public let path: String
    public let linkType: CaptureLinkType
    /// Longest frame that the file promises, in bytes.
    public let snapshotLength: Int
    /// `nil` while frames may follow.
    public private(set) var end: CaptureEnd?
    /// Frames read so far, those that the filter rejected included.
    public private(set) var framesRead = 0
    /// Frames that the filter rejected.
    public private(set) var framesFiltered = 0

    private let handle: OpaquePointer
    private let stream: UnsafeMutablePointer<FILE>
    private let buffer: UnsafeMutableRawPointer
    private var filter: bpf_program?
    /// Of a regular file; `nil` for pipes.
    private let fileSize: Int?

    /// Opens `path` (`-`: standard input) and compiles `filter`, a pcap-filter(7) expression, if there is one.
    public init(path: String, filter expression: String? = nil) throws(CaptureError) {
        let stream = try unsafe openStream(path)
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: CaptureReader.bufferSize, alignment: 16)
        unsafe setvbuf(stream, buffer.assumingMemoryBound(to: CChar.self), _IOFBF, CaptureReader.bufferSize)
        func release() {
            unsafe fclose(stream)
            unsafe buffer.deallocate()
        }

        let magic = unsafe peek(stream, count: 4)
        if let format = CaptureError.Compression(magic: magic) {
            release()
            throw CaptureError(code: .compressed(format), path: path, detail: "")
        }
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard
            let handle = unsafe pcap_fopen_offline_with_tstamp_precision(
                stream, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
        else {
            release()
            throw openError(path: path, magic: magic, message: text(message))
        }
        var program: bpf_program?
        if let expression {
            var compiled = unsafe bpf_program()
            guard unsafe pcap_compile(handle, &compiled, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
                let detail = unsafe String(cString: pcap_geterr(handle))
                unsafe pcap_close(handle)
                unsafe buffer.deallocate()
                throw CaptureError(code: .filter, path: path, detail: detail)
            }
            unsafe program = compiled
        }

        self.path = path
        self.linkType = unsafe describeLinkType(pcap_datalink(handle))
        self.snapshotLength = unsafe Int(pcap_snapshot(handle))
        self.fileSize = unsafe regularFileSize(stream)
        unsafe self.handle = handle
        unsafe self.stream = stream
        unsafe self.buffer = buffer
        unsafe self.filter = program
    }

    deinit {
        if unsafe filter != nil {
            var program = unsafe filter.unsafelyUnwrapped
            unsafe pcap_freecode(&program)
        }
        unsafe pcap_close(handle)  // closes the stream, too
        unsafe buffer.deallocate()
    }

    /// Lends the next frame that passes the filter to `body`; `nil` when there is none, and then `end` says why.
    /// What `body` throws is passed on; the frame counts as read.
    public mutating func nextFrame<Result: ~Copyable, Failure: Error>(
        _ body: (CapturedFrame, Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let lent = unsafe lendFrame() else { return nil }
        return try unsafe body(lent.frame, lent.bytes.span)
    }

    /// The same without a closure: the bytes are libpcap's until the next call.
    @unsafe mutating func lendFrame() -> (frame: CapturedFrame, bytes: UnsafeBufferPointer<UInt8>)? {
        guard end == nil else { return nil }
        while true {
            var header: UnsafeMutablePointer<pcap_pkthdr>?
            var data: UnsafePointer<UInt8>?
            let status = unsafe pcap_next_ex(handle, &header, &data)
            guard status == 1, let header = unsafe header, let data = unsafe data else {
                end = status == PCAP_ERROR_BREAK ? .complete : readError()
                return nil
            }
            framesRead += 1
            guard unsafe passesFilter(header, data) else {
                framesFiltered += 1
                continue
            }
            let frame = unsafe CapturedFrame(
                number: framesRead,
                timestamp: nanoseconds(header.pointee.ts),
                capturedLength: Int(header.pointee.caplen),
                originalLength: Int(header.pointee.len))
            return unsafe (frame, UnsafeBufferPointer(start: data, count: frame.capturedLength))
        }
    }

    /// The open file, of a regular one; it stays the reader's.
    var descriptor: Int32? { fileSize == nil ? nil : unsafe fileno(stream) }
    var size: Int? { fileSize }

    /// Where in its file the reader is, the buffered bytes ahead not counted; `nil` when the input is no regular file.
    public var progress: CaptureProgress? {
        guard let fileSize else { return nil }
        return unsafe CaptureProgress(bytesRead: max(0, ftello(stream)), totalBytes: fileSize)
    }

    private mutating func passesFilter(
        _ header: UnsafePointer<pcap_pkthdr>, _ data: UnsafePointer<UInt8>
    ) -> Bool {
        guard var program = unsafe filter else { return true }
        return unsafe pcap_offline_filter(&program, header, data) != 0
    }

    private func readError() -> CaptureEnd {
        unsafe CaptureEnd(errorMessage: String(cString: pcap_geterr(handle)))
    }
}

/// A stream of our own over `path`; over a duplicate of descriptor 0 for `-`, so that closing it is always right.
private func openStream(_ path: String) throws(CaptureError) -> UnsafeMutablePointer<FILE> {
    let opened = unsafe path == "-" ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "r")
    guard let stream = unsafe opened else {
        let code: CaptureError.Code =
            switch errno {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM: .notPermitted
            default: .system
            }
        throw unsafe CaptureError(code: code, path: path, detail: String(cString: strerror(errno)))
    }
    var status = stat()
    if unsafe fstat(fileno(stream), &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        unsafe fclose(stream)
        throw CaptureError(code: .isDirectory, path: path, detail: "")
    }
    return unsafe stream
}

/// The first bytes of a fresh stream, given back to it. glibc takes back what it just handed out by stepping back in
/// its buffer, pipes included; fewer bytes only at the end of the input.
private func peek(_ stream: UnsafeMutablePointer<FILE>, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
        let byte = unsafe getc(stream)
        guard byte != EOF else { break }
        bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    for byte in bytes.reversed() {
        unsafe ungetc(Int32(byte), stream)
    }
    return bytes
}

private func openError(path: String, magic: [UInt8], message: String) -> CaptureError {
    let code: CaptureError.Code
    if magic.isEmpty, !message.contains("error reading") {
        code = .empty
    } else if message.contains("only got") {
        code = .headerCut
    } else if message.contains("error reading") {
        code = .system
    } else {
        code = .notACapture
    }
    return CaptureError(code: code, path: path, detail: message)
}

private func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func describeLinkType(_ number: Int32) -> CaptureLinkType {
    let name = unsafe pcap_datalink_val_to_name(number).map { unsafe String(cString: $0) } ?? "DLT_\(number)"
    let summary = unsafe pcap_datalink_val_to_description(number).map { unsafe String(cString: $0) } ?? name
    return CaptureLinkType(number: number, name: name, summary: summary)
}

private func regularFileSize(_ stream: UnsafeMutablePointer<FILE>) -> Int? {
    var status = stat()
    guard unsafe fstat(fileno(stream), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
}

/// At nanosecond precision libpcap puts nanoseconds into `tv_usec`. It reads the unsigned 32-bit seconds of pcap files
/// as signed, so that a negative number is a time from 2038 on.
private func nanoseconds(_ time: timeval) -> Int64 {
    let seconds = Int64(time.tv_sec) + (Int64(Int32.min)..<0 ~= Int64(time.tv_sec) ? 1 << 32 : 0)
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, carry) = whole.addingReportingOverflow(Int64(time.tv_usec))
    return carry ? .max : sum
}
