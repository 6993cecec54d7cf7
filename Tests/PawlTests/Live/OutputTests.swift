import TestKit
import Testing

extension LiveTests {
    /// What a command prints, where it cannot be written.
    @Suite(.timeLimit(.minutes(5))) struct OutputTests {
        @Test(arguments: ["key list", "list keys --json", "get games --help"])
        func linesThatAreLost_areNoSuccess(_ command: String) async throws {
            try await Site.with { site in
                let full = try Self.shell(site, command, "> /dev/full")
                #expect(await full.status() == 1)
                #expect(full.errors.contains("cannot be written (No space left on device)."), "\(full.errors)")
                let fine = try Self.shell(site, command, "> /dev/null")
                #expect(await fine.status() == 0, "\(fine.errors)")
            }
        }

        private static func shell(_ site: Site, _ command: String, _ redirection: String) throws -> ToolProcess {
            try ToolProcess.start(
                "/bin/sh",
                ["-c", "exec \(BuiltBinary.path) \(command) --server \(site.address) --key \(site.key) \(redirection)"])
        }
    }
}
