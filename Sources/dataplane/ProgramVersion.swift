/// The version that `dataplane version` prints; CHANGELOG.md says what is in it.
enum ProgramVersion {
    static let number = "0.1.0"
    static let line = "dataplane \(number)"
}
