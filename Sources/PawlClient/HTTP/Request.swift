internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import PawlModel

/// One request, as often as it is sent.
struct Request: Sendable {
    var method: HTTPMethod
    /// From `Routes`.
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: ByteBuffer?

    init(_ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The same with a body of `mediaType`.
    func with(_ body: ByteBuffer, as mediaType: String) -> Request {
        var request = self
        request.body = body
        request.headers.append((name: "Content-Type", value: mediaType))
        return request
    }

    func with(_ json: JSONObject, as mediaType: String = MediaType.json) -> Request {
        with(ByteBuffer(bytes: JSONValue.object(json).data), as: mediaType)
    }

    func with(header name: String, _ value: String) -> Request {
        var request = self
        request.headers.append((name: name, value: value))
        return request
    }

    /// The same with an `Idempotency-Key` of its own, so that it takes effect once however often it is sent.
    func once() -> Request {
        with(header: "Idempotency-Key", UUID().uuidString)
    }
}

/// A whole answer in memory. Its status is below 300: other answers become errors before.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// The body as a value of the model.
    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw ClientError(
                .badAnswer, "The server's answer is not what this client expects.",
                advice: "Bring `pawl` to the server's version.", cause: error)
        }
    }
}
