import ArgumentParser
import Daemon
import Foundation
import PawlClient
import PawlModel

/// How a command ended that did not do what it was asked for: for people on stderr, for programs as a JSON line.
struct Failure: Error {
    /// 1 failed, 2 usage, 75 try again. Zero for what is none, such as `--help`.
    var status: Int32
    /// What scripts switch on.
    var code: String
    /// One sentence about what happened.
    var message: String
    /// One sentence about what to do next.
    var advice: String?
    /// The status of the server's answer.
    var httpStatus: Int?

    /// EX_TEMPFAIL of sysexits(3).
    static let tryAgain: Int32 = 75
    static let kept = "What has arrived is kept: the same command goes on from there."

    static func usage(_ message: String) -> Failure {
        Failure(status: 2, code: "usage", message: message)
    }

    static let interrupted = Failure(status: tryAgain, code: "interrupted", message: "Interrupted.", advice: kept)

    init(status: Int32, code: String, message: String, advice: String? = nil, httpStatus: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.advice = advice
        self.httpStatus = httpStatus
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as TransferBroken:
            self.init(error.cause)
            if status == Self.tryAgain, code != ClientError.Code.fileChanged.rawValue {
                advice = [advice, Self.kept].compactMap(\.self).joined(separator: " ")
            }
        case let error as RowRefused:
            self.init(error.cause)
            message = "Row \(error.number) of \(error.count): \(message)"
            if error.number > 1, !error.isDryRun {
                advice = [advice, "The rows before it are made."].compactMap(\.self).joined(separator: " ")
            }
        case let error as ClientError:
            self.init(
                status: error.isTemporary ? Self.tryAgain : 1, code: error.code.rawValue, message: error.message,
                advice: error.advice)
        case let error as ServerProblem:
            self.init(
                status: error.isTemporary ? Self.tryAgain : 1, code: error.code.rawValue,
                message: Self.message(of: error.problem), advice: Self.advice(for: error.code),
                httpStatus: error.status)
        case let error as DaemonError:
            self.init(status: 1, code: "daemon", message: error.description)
        case is CancellationError: self = .interrupted
        // From a command that runs already: its usage is not what was got wrong.
        case let error as ValidationError: self = .usage("Error: \(error.message)")
        default: self.init(parsing: error)
        }
    }

    /// What ArgumentParser throws, and everything unforeseen.
    private init(parsing error: any Error) {
        let exitCode = Pawl.exitCode(for: error)
        // ArgumentParser says EX_USAGE (64); ours is the shell's own 2.
        let status = exitCode == .validationFailure ? 2 : exitCode.rawValue
        self.init(status: status, code: status == 2 ? "usage" : "failed", message: Pawl.fullMessage(for: error))
    }

    /// What is wrong with fields is said once, each on its line.
    private static func message(of problem: Problem) -> String {
        guard problem.code == .invalid, !problem.violations.isEmpty else { return problem.description }
        return problem.code.title + ":" + problem.violations.map { "\n  \($0.pointer): \($0.detail)" }.joined()
    }

    private static func advice(for code: ProblemCode) -> String? {
        switch code {
        case .unauthenticated:
            "Give a valid key with --key or in $PAWL_KEY, or run this where the server's storage/admin.key is."
        case .forbidden: "Use a key that may; whoever has an admin key makes one with `pawl key create`."
        case .damagedBlock:
            "Whoever has the files pushes them again, and only what is damaged is sent; `pawl scrub` names all that is."
        case .insufficientStorage: "Make room on the server's disk and run the same command again."
        case .unavailable: "Run the same command again in a moment."
        case .notUnique, .preconditionFailed: "Look at what is there now, and try again."
        default: nil
        }
    }

    /// Tells, and ends the process.
    func exit() -> Never {
        tell()
        if status == 0, let failure = Output.failure { failure.exit() }
        Foundation.exit(status)
    }

    func tell() {
        if status == 0 {
            if !message.isEmpty { Output.line(message) }
            return
        }
        if !message.isEmpty {
            // The usage text of ArgumentParser begins with `Error:` itself.
            Output.error(code == "usage" || code == "failed" ? message : "pawl: \(message)")
        }
        if let advice { Output.error("      \(advice)") }
        if Arguments.wantJSON, !message.isEmpty {
            var error: JSONObject = ["code": .string(code), "message": .string(message)]
            error["advice"] = advice.map { .string($0) }
            error["status"] = httpStatus.map { .int(Int64($0)) }
            Output.json(["error": .object(error)])
        }
    }
}

/// An error that broke a push or a pull off: what was transferred may be kept.
struct TransferBroken: Error {
    var cause: any Error
}

/// An error that one row of many ran into: those before it are made, and those behind it were not tried.
struct RowRefused: Error {
    /// From 1 on.
    var number: Int
    var count: Int
    var isDryRun: Bool
    var cause: any Error
}
