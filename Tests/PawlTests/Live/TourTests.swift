import Foundation
import TestKit
import Testing

extension MoreLiveTests {
    /// The tours of docs/ do what they say, command by command, with a daemon that has seen nothing before.
    @Suite(.timeLimit(.minutes(5))) struct TourTests {
        @Test(.needs(.curl, .jq))
        func withCurl_everyStepPrintsWhatIsShown() async throws { try await run("docs/tour-curl.md") }

        @Test(.needs(.jq))
        func withPawl_everyStepPrintsWhatIsShown() async throws { try await run("docs/tour-cli.md") }

        private func run(_ file: String) async throws {
            let tour = try Tour(file)
            try await Site.with { site in
                let shell = try ToolProcess.start(
                    "/bin/bash", ["-eu", "-c", tour.script], environment: Self.environment(site),
                    directory: site.directory.path)
                let status = await shell.status()
                let outputs = tour.outputs(in: shell.output)
                #expect(status == 0 && outputs.count == tour.steps.count, "\(file): \(shell.output.suffix(2000))")
                for (place, (step, output)) in zip(tour.steps, outputs).enumerated() {
                    guard let shown = step.output else { continue }
                    #expect(
                        Tour.matches(output[...], shown[...]),
                        "\(file), step \(place + 1) prints:\n\(output.joined(separator: "\n"))")
                }
            }
        }

        /// What a person has who sits before `make run` and its build.
        private static func environment(_ site: Site) -> [String: String] {
            let binaries = URL(fileURLWithPath: BuiltBinary.path).deletingLastPathComponent().path
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            return ["PAWL_SERVER": site.address, "PAWL_STORAGE_PATH": site.storage, "PATH": "\(binaries):\(path)"]
        }
    }
}
