import TestKit

/// A program that uploads by a resumable protocol, and goes on when the same command is run again.
struct UploadClient: Sendable, CustomStringConvertible {
    let description: String
    private let program: String
    private let arguments: @Sendable (Job) -> [String]

    /// One upload.
    struct Job: Sendable {
        /// Such as `http://127.0.0.1:41234`.
        var server: String
        var key: String
        var game: String
        /// The asset's id.
        var asset: String
        var source: String
        /// A directory for what the program has to remember.
        var state: String
    }

    func start(_ job: Job) throws -> ToolProcess {
        try ToolProcess.start(
            program, arguments(job), environment: ["PAWL_KEY": job.key, "HOME": job.state], directory: job.state)
    }

    static let tuspy = script("tuspy.py") { [$0.server, $0.asset, $0.source, $0.state] }
    static let aiotus = script("aiotus.py") { [$0.server, $0.asset, $0.source, $0.state] }
    /// With its own retries, and without anything to remember.
    static let aiotusAtOnce = script("aiotus.py") { [$0.server, $0.asset, $0.source] }
    static let curlTus = script("tus.sh") { [$0.server, $0.asset, $0.source, $0.state] }

    static func resumableUpload(parts: Int) -> UploadClient {
        script("resumable.py") { [$0.server, $0.game, $0.asset, $0.source, $0.state, "\(parts)"] }
    }

    static func curlIETF(version: Int) -> UploadClient {
        script("ietf.sh") { [$0.server, $0.asset, $0.source, $0.state, "\(version)"] }
    }

    /// A script `upload_…` of the tests.
    private static func script(
        _ name: String, _ arguments: @escaping @Sendable (Job) -> [String]
    ) -> UploadClient {
        let path = PackageDirectory.path("Tests/Tools/upload_\(name)")
        let program = name.hasSuffix(".py") ? PackageDirectory.path(".venv/bin/python") : "/bin/bash"
        return UploadClient(description: name, program: program) { [path] + arguments($0) }
    }

    private init(
        description: String, program: String, _ arguments: @escaping @Sendable (Job) -> [String]
    ) {
        self.description = description
        self.program = program
        self.arguments = arguments
    }
}
