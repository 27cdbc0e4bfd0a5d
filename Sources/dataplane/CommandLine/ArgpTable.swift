import CArgp
import Glibc

/// A command's table in the form of glibc's argp, which does the parsing and prints the help. With `ArgpCollector` the
/// only code of the executable that touches C pointers of argp; nothing of them leaves this file.
///
/// Keys: an option's short letter, else `firstLongKey` plus its row number; both are what argp hands to the callback.
@safe struct ArgpTable: ~Copyable {
    /// Above all characters, so that argp doesn't take the key for a letter.
    private static let firstLongKey: Int32 = 0x100

    private let command: Command
    private let rows: [OptionRow]
    private let strings: CStrings
    private let options: UnsafeMutablePointer<argp_option>
    private let argp: UnsafeMutablePointer<CArgp.argp>

    init(_ command: Command) {
        self.command = command
        rows = command.allOptions
        var strings = CStrings()
        var entries = unsafe [argp_option]()
        for (index, row) in rows.enumerated() {
            let inOwnGroup = index < command.options.count
            if index == command.options.count {
                unsafe entries.append(argp_option(doc: strings.add("Common options:"), group: 1))
            }
            unsafe entries.append(
                argp_option(
                    name: strings.add(row.long), key: Self.key(of: row, at: index),
                    arg: row.value.map { unsafe strings.add($0.name) }, doc: strings.add(HelpText.line(of: row)),
                    group: inOwnGroup ? 0 : 1))
            if row == CommonOptions.help.row {
                unsafe entries.append(argp_option(key: Int32(UInt8(ascii: "?")), flags: OPTION_ALIAS))
            }
        }
        unsafe entries.append(argp_option())
        unsafe options = .allocate(capacity: entries.count)
        for index in unsafe entries.indices { unsafe (options + index).initialize(to: entries[index]) }
        unsafe argp = .allocate(capacity: 1)
        unsafe argp.initialize(
            to: CArgp.argp(
                options: options, parser: collectArgument, args_doc: strings.add(HelpText.arguments(of: command)),
                doc: strings.add(HelpText.document(of: command)), children: nil, help_filter: nil, argp_domain: nil))
        self.strings = strings
    }

    deinit {
        unsafe options.deallocate()
        unsafe argp.deallocate()
        strings.free()
    }

    private static func key(of row: OptionRow, at index: Int) -> Int32 {
        row.short?.asciiValue.map { Int32($0) } ?? firstLongKey + Int32(index)
    }

    /// Sorts `words` (without the command's own name) into options and positionals.
    func parse(_ words: [String]) -> ArgpOutcome {
        var keys: [Int32: OptionRow] = [Int32(UInt8(ascii: "?")): CommonOptions.help.row]
        for (index, row) in rows.enumerated() { keys[Self.key(of: row, at: index)] = row }
        let collector = ArgpCollector(rows: rows, keys: keys, takesRest: command.stopsAtFirstPositional)
        var strings = CStrings()
        var argv = unsafe [Optional(strings.add(command.path))]
        for word in words { unsafe argv.append(strings.add(word)) }
        unsafe argv.append(nil)
        defer { strings.free() }
        let flags = dp_argp_silent() | (command.stopsAtFirstPositional ? UInt32(ARGP_IN_ORDER) : 0)
        let failure = withExtendedLifetime(collector) {
            unsafe argv.withUnsafeMutableBufferPointer { argv in
                unsafe argp_parse(
                    argp, Int32(argv.count - 1), argv.baseAddress, flags, nil,
                    Unmanaged.passUnretained(collector).toOpaque())
            }
        }
        if collector.ending == .complete, failure != 0 {
            collector.ending = .fault(UsageError("these arguments can't be read (argp error \(failure))"))
        }
        return ArgpOutcome(arguments: collector.arguments, ending: collector.ending)
    }

    /// The text that argp prints for `--help`, or for `--usage` if `short`.
    func help(short: Bool) -> String {
        var buffer: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = unsafe open_memstream(&buffer, &size) else { return "" }
        var strings = CStrings()
        let flags = short ? UInt32(ARGP_HELP_USAGE) : dp_argp_help_long()
        unsafe argp_help(argp, stream, flags, strings.add(command.path))
        unsafe fclose(stream)
        strings.free()
        guard let written = unsafe buffer else { return "" }
        defer { unsafe free(written) }
        return unsafe String(cString: written)
    }
}

/// How the reading of a command line ended.
struct ArgpOutcome: Sendable, Equatable {
    enum Ending: Sendable, Equatable {
        case complete
        /// An option asks for a text instead of a run.
        case inform(OptionRow)
        case fault(UsageError)
    }

    /// All that was read before the end.
    var arguments: ParsedArguments
    var ending: Ending
}

/// What argp's callback fills in; reached through argp's `input` pointer for the time of one `argp_parse`.
private final class ArgpCollector {
    let rows: [OptionRow]
    let keys: [Int32: OptionRow]
    let takesRest: Bool
    var arguments = ParsedArguments()
    var ending = ArgpOutcome.Ending.complete
    /// Index in argv behind the last option that was understood.
    private var lastNext: Int32 = 1

    init(rows: [OptionRow], keys: [Int32: OptionRow], takesRest: Bool) {
        self.rows = rows
        self.keys = keys
        self.takesRest = takesRest
    }

    /// Takes one event of argp; answers 0 to go on.
    func take(_ key: Int32, _ value: UnsafeMutablePointer<CChar>?, _ state: inout argp_state) -> error_t {
        let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
        if let row = keys[key] {
            unsafe lastNext = state.next
            if CommonOptions.informing.contains(row) {
                ending = .inform(row)
                return EINVAL
            }
            arguments.add(text, to: row)
            return 0
        }
        switch key {
        case ARGP_KEY_ARG:
            arguments.addPositional(text)
            if takesRest {
                for index in unsafe state.next..<state.argc { unsafe arguments.addPositional(word(index, state)) }
                unsafe state.next = state.argc
            }
            return 0
        case ARGP_KEY_ERROR:
            if ending == .complete { unsafe ending = .fault(fault(state)) }
            return 0
        default: return dp_argp_err_unknown()
        }
    }

    /// getopt stands behind the refused word, or still on it if letters of a bundle (`-abc`) remain.
    private func fault(_ state: argp_state) -> UsageError {
        let next = unsafe state.next
        for index in next == lastNext ? [next] : [next - 1, next] {
            if let fault = unsafe OptionFault.find(in: word(index, state), options: rows) { return fault }
        }
        return UsageError("these options can't be read")
    }

    private func word(_ index: Int32, _ state: argp_state) -> String {
        guard index >= 0, unsafe index < state.argc, let word = unsafe state.argv[Int(index)] else { return "" }
        return unsafe String(cString: word)
    }
}

/// argp's parser callback: a C function captures nothing, so the collector travels in `input`.
private func collectArgument(
    _ key: Int32, _ value: UnsafeMutablePointer<CChar>?, _ state: UnsafeMutablePointer<argp_state>?
) -> error_t {
    guard let state = unsafe state, let input = unsafe state.pointee.input else { return EINVAL }
    return unsafe Unmanaged<ArgpCollector>.fromOpaque(input).takeUnretainedValue().take(key, value, &state.pointee)
}

/// Copies of Swift strings as C strings, freed together.
@safe private struct CStrings {
    private var pointers: [UnsafeMutablePointer<CChar>] = unsafe []

    mutating func add(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = text.utf8CString
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { unsafe (pointer + index).initialize(to: byte) }
        unsafe pointers.append(pointer)
        return unsafe pointer
    }

    func free() { for index in unsafe pointers.indices { unsafe pointers[index].deallocate() } }
}

extension argp_option {
    /// A row, or part of one, with nothing else set.
    fileprivate init(
        key: Int32 = 0, flags: Int32 = 0, doc: UnsafeMutablePointer<CChar>? = nil, group: Int32 = 0
    ) {
        unsafe self.init(name: nil, key: key, arg: nil, flags: flags, doc: doc, group: group)
    }

    fileprivate init(
        name: UnsafeMutablePointer<CChar>, key: Int32, arg: UnsafeMutablePointer<CChar>?,
        doc: UnsafeMutablePointer<CChar>, group: Int32
    ) {
        unsafe self.init(name: name, key: key, arg: arg, flags: 0, doc: doc, group: group)
    }
}
