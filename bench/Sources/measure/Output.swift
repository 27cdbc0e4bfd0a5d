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

/// The most memory that this process has held at once (getrusage(2): kilobytes).
var peakBytes: Int {
    var usage = rusage()
    return unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss * 1024 : 0
}
