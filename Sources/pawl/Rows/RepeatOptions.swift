import ArgumentParser

/// Whether a request counts: not at all, or once however often it is sent.
struct RepeatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A repeat with the same key gets the same answer, and does nothing.", valueName: "text"))
    var idempotencyKey: String?

    @Flag(help: .dryRun)
    var dryRun = false
}

extension ArgumentHelp {
    static var dryRun: ArgumentHelp { "Check everything, and change nothing." }
}
