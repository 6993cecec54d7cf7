import HTTPTypes
import Hummingbird
import PawlModel

extension Operation {
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
