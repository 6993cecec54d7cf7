import Foundation
import TestKit

/// A program that downloads over plain HTTP, and how a person has it go on: by the same command.
struct DownloadClient: Sendable, CustomStringConvertible {
    let tool: OutsideTool
    /// Whether what it has when it is killed is kept by the next one for sure. rclone begins a file anew, and axel, which
    /// writes down once a second what it has, where it was killed before.
    var keepsPart = true
    private let arguments: @Sendable (Job) -> [String]

    var description: String { tool.name }

    /// One download.
    struct Job: Sendable {
        /// Such as `http://127.0.0.1:41234`.
        var server: String
        /// The path of the content.
        var path: String
        var metalink: String
        var key: String
        /// An empty directory, and the file in it.
        var directory: String
        var target: String { directory + "/file" }
    }

    func start(_ job: Job) throws -> ToolProcess {
        // axel goes on by its state file; where that was not written yet, there is nothing to go on with.
        if tool.name == "axel", !FileManager.default.fileExists(atPath: job.target + ".st") {
            try? FileManager.default.removeItem(atPath: job.target)
        }
        return try ToolProcess.start(
            tool.path, arguments(job), environment: ["HOME": job.directory], directory: job.directory)
    }

    static let curl = DownloadClient(tool: .curl) { job in
        ["-sS", "--fail", "-H", "Authorization: Bearer \(job.key)", "-C", "-", "-o", job.target, job.server + job.path]
    }

    static let wget = DownloadClient(tool: .wget) { job in
        [
            "-nv", "-c", "--tries=1", "--header", "Authorization: Bearer \(job.key)", "-O", job.target,
            job.server + job.path,
        ]
    }

    /// Eight connections, and each piece checked by the metalink; `-V` finds out which pieces a killed one has left.
    static let aria2 = DownloadClient(tool: .aria2) { job in
        [
            "-q", "-x8", "-s8", "-k1M", "-V", "--file-allocation=none", "--follow-metalink=mem", "--max-tries=1",
            "--header=Authorization: Bearer \(job.key)", "-d", job.directory, job.server + job.metalink,
        ]
    }

    static let axel = DownloadClient(tool: .axel, keepsPart: false) { job in
        ["-q", "-n", "8", "-H", "Authorization: Bearer \(job.key)", "-o", job.target, job.server + job.path]
    }

    static let rclone = DownloadClient(tool: .rclone, keepsPart: false) { job in
        [
            "--config", "", "copyto", "--http-url", job.server, "--http-headers", "Authorization,Bearer \(job.key)",
            "--retries", "1", "--low-level-retries", "20", ":http:\(job.path.dropFirst())", job.target,
        ]
    }

    static let all = [curl, wget, aria2, axel, rclone]

    private init(
        tool: OutsideTool, keepsPart: Bool = true, _ arguments: @escaping @Sendable (Job) -> [String]
    ) {
        self.tool = tool
        self.keepsPart = keepsPart
        self.arguments = arguments
    }
}
