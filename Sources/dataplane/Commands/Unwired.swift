/// The body of a command whose library has not landed: reads the options, then refuses to run.
func unwired<Options>(
    _ read: @escaping @Sendable (ParsedArguments) throws(UsageError) -> Options
) -> Command.Body {
    { (arguments, console) throws(UsageError) in
        _ = try read(arguments)
        console.log(.error, "error: this build has no body for this command")
        return .environment
    }
}
