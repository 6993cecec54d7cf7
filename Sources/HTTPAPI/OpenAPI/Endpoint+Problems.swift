import HTTPTypes
import PawlModel

extension Endpoint {
    /// Every problem that it may answer with: those that it declares, and those that follow from what it is. No other
    /// place says these.
    var problems: [ProblemCode] {
        let all = Set(operation.problems).union(problemsOfEverything).union(problemsOfParameters)
            .union(problemsOfBody)
        return ProblemCode.allCases.filter(all.contains)
    }

    private var problemsOfEverything: [ProblemCode] {
        var problems: [ProblemCode] = [.internalError]
        if access != .anyone { problems += [.unauthenticated, .forbidden, .tooManyRequests, .unavailable, .readOnly] }
        if path.contains("{") { problems.append(.notFound) }
        if method != .get { problems.append(.insufficientStorage) }
        return problems
    }

    private var problemsOfParameters: [ProblemCode] {
        operation.parameters.flatMap { parameter -> [ProblemCode] in
            switch parameter.name {
            case _ where parameter.place == .query: [.malformedQuery]
            case "Idempotency-Key":
                [.malformedRequest, .idempotencyKeyReused] + (parameter.isRequired ? [.idempotencyKeyRequired] : [])
            case "If-Match":
                [.malformedRequest, .preconditionFailed] + (parameter.isRequired ? [.preconditionRequired] : [])
            default: [.malformedRequest]
            }
        }
    }

    private var problemsOfBody: [ProblemCode] {
        guard let body = operation.body else { return [] }
        let ofAnyBody: [ProblemCode] = [.malformedRequest, .truncatedBody, .bodyTooLarge, .unsupportedMediaType]
        return body.mediaTypes.contains(MediaType.json) ? ofAnyBody + [.malformedJSON, .invalid] : ofAnyBody
    }
}
