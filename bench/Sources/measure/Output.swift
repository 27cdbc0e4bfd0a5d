import Foundation
import Glibc

/// One JSON object on a line of its own, delivered at once: whoever reads waits for it.
func emit(_ fields: [(name: String, value: Double)]) {
    emit(line: "{" + fields.map { "\"\($0.name)\": \(number($0.value))" }.joined(separator: ", ") + "}")
}

func emit(line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

func emit(_ name: String, _ value: Double) { emit([(name, value)]) }

private func number(_ value: Double) -> String {
    Int(exactly: value).map { String($0) } ?? String(value)
}

/// Wall-clock time of the body.
func seconds(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }

/// The most memory that this process has held at once: `VmHWM` of proc(5). What getrusage(2) says holds for whoever
/// started the process, too.
var peakBytes: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return 0 }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
}
