SystemCalls.prepareStandardStreams()
SystemCalls.exit(Program.run(CommandLine.arguments))
