import HTTPTypes
import Hummingbird
import PawlModel

extension Operation {
    /// Throws `malformed_query` for a parameter that the operation does not declare: a mistyped `validate_only` must not
    /// make a change.
    func check(_ query: QueryParameters) throws(Problem) {
        let known = parameters.filter { $0.place == .query }.map(\.name)
        let others = query.all.map(\.name).filter { !known.contains($0) }
        guard let first = others.first else { return }
        let names = known.isEmpty ? "there are none here" : "those are \(known.joined(separator: ", "))"
        throw Problem(
            .malformedQuery, "\(first) is no parameter of this: \(names).",
            violations: others.map { .init("?\($0)", "is not known here") })
    }

    /// Throws `malformed_request` unless the declared header fields keep their bounds. What their text says, whoever reads
    /// it looks at.
    func checkHeaders(of request: Request) throws(Problem) {
        for parameter in parameters where parameter.place == .header {
            guard let name = HTTPField.Name(parameter.name), let text = request.headers[name] else { continue }
            var violations: [Problem.Violation] = []
            parameter.type.check(.string(text), at: parameter.name, into: &violations)
            if let violation = violations.first {
                throw Problem(.malformedRequest, "\(parameter.name) \(violation.detail).")
            }
        }
    }
}
