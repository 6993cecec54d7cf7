import Foundation
import TestKit
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips a test where a tool is missing, and says which. With `CI=true` nothing is skipped: there the test fails.
    static func needs(_ tools: OutsideTool..., sourceLocation: SourceLocation = #_sourceLocation) -> Self {
        let missing = tools.filter { !$0.isThere }
        let text = "needs " + missing.map { "\($0.name) (\($0.installation))" }.joined(separator: ", ")
        return .enabled(Comment(rawValue: text), sourceLocation: sourceLocation) {
            if missing.isEmpty { return true }
            if ProcessInfo.processInfo.environment["CI"] == "true" { throw ProcessError(text) }
            return false
        }
    }
}
