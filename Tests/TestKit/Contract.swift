/// One sentence that every implementation of a port must make true.
///
/// Contracts import no test framework, so that a target of any kind can run them:
/// `@Test(arguments: SQLDatabaseContract.all) func contract(_ rule: …) async throws { try await rule.check(subject) }`.
package struct ContractRule<Subject: Sendable>: Sendable, CustomStringConvertible {
    package var sentence: String
    /// Throws `ContractBroken` when a fresh subject does not keep the rule.
    package var check: @Sendable (Subject) async throws -> Void

    package init(_ sentence: String, _ check: @escaping @Sendable (Subject) async throws -> Void) {
        self.sentence = sentence
        self.check = check
    }

    package var description: String { sentence }
}

/// A rule that was not kept, and where in the contract.
package struct ContractBroken: Error, CustomStringConvertible {
    package var description: String
}

/// Throws `ContractBroken` unless the condition holds.
package func require(
    _ condition: Bool, _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) throws {
    if !condition { throw ContractBroken(description: "\(file):\(line): \(what())") }
}

/// The error that `body` throws; `ContractBroken` when it throws none of that type.
package func thrown<Failure: Error, Value>(
    _ type: Failure.Type, file: StaticString = #fileID, line: UInt = #line,
    _ body: () async throws -> Value
) async throws -> Failure {
    do {
        _ = try await body()
    } catch let error as Failure {
        return error
    } catch {
        throw ContractBroken(description: "\(file):\(line): expected \(type), met \(String(reflecting: error))")
    }
    throw ContractBroken(description: "\(file):\(line): expected \(type), and nothing was thrown")
}
