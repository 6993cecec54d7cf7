import Foundation
import TestKit

/// The last line of `pawl push --json` or `pawl pull --json`.
struct TransferSummary: Decodable {
    var asset: String
    var version: Int64
    var root: String
    var bytesTotal: Int64
    var bytesSent: Int64
    var blocksTotal: Int64
    var blocksSent: Int64
    var seconds: Double
    /// Of a push.
    var newVersion: Bool?
    var filesRead: Int64?
    /// Of a pull.
    var identical: Bool?
    var dryRun: Bool?
    var filesAdded: Int64?
    var filesChanged: Int64?
    var filesRemoved: Int64?
    var bytesDown: Int64?
    var bytesWritten: Int64?
    var temporaryBytes: Int64?
    /// Of both.
    var filesTotal: Int64?

    init(lastLineOf output: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let line = output.split(separator: "\n").last else { throw ProcessError("no summary was printed") }
        self = try decoder.decode(TransferSummary.self, from: Data(line.utf8))
    }
}

/// What `--json` says of a failure, on its last line.
struct FailureLine: Decodable {
    struct Content: Decodable {
        var code: String
        var message: String
        var advice: String?
    }

    var error: Content

    init(lastLineOf output: String) throws {
        guard let line = output.split(separator: "\n").last else { throw ProcessError("no error was printed") }
        self = try JSONDecoder().decode(FailureLine.self, from: Data(line.utf8))
    }
}
