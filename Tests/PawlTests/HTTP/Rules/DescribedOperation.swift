import PawlModel
import TestKit

/// One operation as the daemon's own description has it, such as `PATCH /v1/items/{id}`.
struct DescribedOperation: Sendable, CustomStringConvertible {
    var method: String
    /// With `{name}` for what varies.
    var path: String
    private let json: JSONObject

    var description: String { "\(method) \(path)" }

    /// The first segment behind `/v1`; empty outside of it.
    var resource: String {
        let segments = path.split(separator: "/")
        return segments.count > 1 && segments[0] == "v1" ? String(segments[1]) : ""
    }

    /// The word behind `{id}:`.
    var verb: String? { path.firstRange(of: "{id}:").map { String(path[$0.upperBound...]) } }

    /// A parameter of the query or of the head.
    struct Parameter: Sendable {
        var name: String
        var place: String
        var isRequired: Bool
    }

    var parameters: [Parameter] {
        (json["parameters"]?.elements ?? []).compactMap(\.object).map {
            Parameter(
                name: $0["name"]?.string ?? "", place: $0["in"]?.string ?? "", isRequired: $0["required"] == true)
        }
    }

    func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// What its body may be.
    var mediaTypes: [String] { (json["requestBody"]?.object?["content"]?.object ?? [:]).keys.sorted() }

    var takesJSON: Bool { mediaTypes.contains(MediaType.json) }

    /// What it may answer with.
    var statuses: Set<Int> { Set((json["responses"]?.object ?? [:]).keys.compactMap { Int($0) }) }

    /// All of them, in the order of their paths.
    static func all(of world: HTTPWorld) async throws -> [DescribedOperation] {
        let document = try await world.send("GET", Routes.openAPI, key: "")
        guard let paths = document.json["paths"]?.object else { throw ProcessError(document.text) }
        let methods: Set = ["get", "put", "post", "patch", "delete"]
        return paths.sorted { $0.key < $1.key }.flatMap { path, item in
            (item.object ?? [:]).filter { methods.contains($0.key) }.sorted { $0.key < $1.key }.map {
                DescribedOperation(method: $0.key.uppercased(), path: path, json: $0.value.object ?? [:])
            }
        }
    }
}

extension JSONValue {
    /// The values of an array; none of anything else.
    var elements: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }
}
