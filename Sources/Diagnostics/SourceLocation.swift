/// Number of an input in a `SourceMap`.
@frozen public struct SourceFileID: Hashable, Comparable, Sendable {
    public let index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public static func < (a: SourceFileID, b: SourceFileID) -> Bool { a.index < b.index }
}

/// A place in an input: 12 bytes, so that every field and rule can carry one.
///
/// Lines and columns count from 1, columns in Unicode scalars (as libyaml's marks do). Line 0 stands for the input as
/// a whole.
@frozen public struct SourceLocation: Hashable, Comparable, Sendable {
    public var file: SourceFileID
    public var line: UInt32
    public var column: UInt32

    @inlinable public init(file: SourceFileID, line: UInt32, column: UInt32) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// Of what no input wrote: synthesized profiles and the like.
    public static let builtIn = SourceLocation(file: SourceFileID(.max), line: 0, column: 0)
    public var isBuiltIn: Bool { self == .builtIn }

    @inlinable public static func < (a: SourceLocation, b: SourceLocation) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }
}

/// The inputs of a run by number. Paths are printed as the user gave them.
public struct SourceMap: Sendable {
    public private(set) var paths: [String] = []

    public init() {}

    /// Registers one more input; `-` is shown as `<stdin>`.
    public mutating func add(_ path: String) -> SourceFileID {
        paths.append(path == "-" ? "<stdin>" : path)
        return SourceFileID(UInt32(paths.count - 1))
    }

    public func path(_ file: SourceFileID) -> String {
        file.index < paths.count ? paths[Int(file.index)] : "<built-in>"
    }

    /// `path:line:column`, or the path alone for an input as a whole.
    public func text(_ location: SourceLocation) -> String {
        location.line == 0
            ? path(location.file) : "\(path(location.file)):\(location.line):\(location.column)"
    }

    /// `path:line`, the form of reports and rule comments.
    public func lineText(_ location: SourceLocation) -> String {
        location.line == 0 ? path(location.file) : "\(path(location.file)):\(location.line)"
    }
}
