import Catalog
import HTTPTypes
import Hummingbird
import PawlModel

extension API {
    /// Who still uses an old version of the API.
    var usageEndpoints: [Endpoint] {
        [
            Endpoint(
                .get, Routes.apiUsage, access: .studioKeys(.admin),
                Operation(
                    "listAPIUsage", tag: "daemon",
                    "Lists who asked which version of the API, how often and when: the oldest version first.",
                    answers: [.init(.ok, .page(.object(APIUsage.answer)), "All of them.")])
            ) { request in
                request.page(try await usage.all().map { try JSONValue($0) }, nextToken: nil)
            }
        ]
    }
}
