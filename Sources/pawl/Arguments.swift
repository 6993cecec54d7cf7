/// What the shell gave, without the program's own name.
enum Arguments {
    /// Nil when some argument is not UTF-8: Swift would mend it silently, and name another file.
    static var all: [String]? {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[index], let text = String(validatingCString: bytes) else {
                return nil
            }
            arguments.append(text)
        }
        return arguments
    }

    /// Whether errors are to be told to a program too. Asked where no command could be parsed.
    static var wantJSON: Bool {
        CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains("--json")
    }
}
