import Glibc

// measure WORD ARGUMENT...: one JSON object per line on standard output. See `Commands`.

let words = Array(CommandLine.arguments.dropFirst())
do {
    try Commands.run(words)
} catch {
    emit(line: "{\"error\": \"\(error)\"}")
    exit(2)
}
