import Foundation
import Hummingbird

/// The parameters of a query, read as forms write them (WHATWG URL §5.1): a plus sign is a space, as most clients send it.
struct QueryParameters: Sendable {
    /// In the order of the query.
    let all: [(name: String, value: String)]

    init(_ query: String) {
        all = query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// The first value of a name.
    subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    /// What is no valid escape stays as it is.
    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

extension APIRequest {
    /// The first value of a parameter.
    package func query(_ name: String) -> String? { queryParameters[name] }
}
