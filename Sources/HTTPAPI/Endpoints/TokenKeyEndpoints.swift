import Catalog
import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

extension API {
    /// The keys that sign players' tokens: nothing is told of them, and they can be changed.
    var tokenKeyEndpoints: [Endpoint] {
        [
            Endpoint(
                .post, Routes.rotateTokenKeys, access: .studioKeys(.admin),
                Operation(
                    "rotateTokenKeys", tag: "daemon",
                    "Signs players' tokens with a new key; those signed with the old one work until they expire.",
                    parameters: [.idempotencyKey, .validateOnly],
                    answers: [.init(.ok, .object(PlayerTokens.rotated), "The new key, without its secret.")],
                    problems: [.malformedQuery, .idempotencyKeyReused])
            ) { request in
                let answer = try await authentication.tokens.rotateKeys(
                    by: request.caller, idempotency: try request.idempotency(payload: []),
                    validateOnly: try request.isValidateOnly())
                return try response(to: answer, of: TokenKeys.resource, request)
            }
        ]
    }
}
