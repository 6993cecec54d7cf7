import Foundation
import Glibc

/// Starts a program with pipes for what it prints, by posix_spawn(3).
struct ProcessSpawn {
    var executable: String
    var arguments: [String]
    /// Over the test's own environment, of which no `PAWL_…` reaches the program.
    var environment: [String: String]
    /// Where it runs. Not in the package, whose `config/pawl.yaml` and `storage/` are no part of a test.
    var directory: String

    /// A running program and the ends of its pipes that are ours to read and close.
    struct Child {
        var processID: Int32
        var output: Int32
        var errors: Int32
    }

    func start() throws -> Child {
        let output = try pipe()
        let errors = try pipe()
        defer {
            close(output.writing)
            close(errors.writing)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
        // NIO's sockets would be inherited: a connection that the test closes must not live on in a daemon.
        _ = closeFrom?(&actions, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Whatever the test runner ignores or blocks, the program starts as from a shell.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGCHLD] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var processID: pid_t = 0
        // env(1) becomes the program, in its directory: what posix_spawn(3) has for that is not in Swift's Glibc.
        let env = "/usr/bin/env"
        let code = withCStrings([env, "-C", directory, executable] + arguments) { arguments in
            withCStrings(variables) { environment in
                posix_spawn(&processID, env, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            close(output.reading)
            close(errors.reading)
            throw ProcessError("\(executable) cannot be started: \(String(cString: strerror(code)))")
        }
        return Child(processID: processID, output: output.reading, errors: errors.reading)
    }

    private var variables: [String] {
        ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("PAWL_") }
            .merging(environment) { $1 }
            .map { "\($0.key)=\($0.value)" }
    }

    private func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw ProcessError("no pipe can be made: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }
}

private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

/// posix_spawn_file_actions_addclosefrom_np(3), which glibc has from 2.34 on and Swift's Glibc does not show.
private let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast($0, to: CloseFrom.self)
}

/// Why a program cannot be started, or did not do what it was started for.
package struct ProcessError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
