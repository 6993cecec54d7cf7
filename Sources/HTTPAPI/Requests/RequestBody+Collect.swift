import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import PawlModel

extension APIRequest {
    /// Throws `unsupported_media_type` unless the body is of one of `types`. A missing type is taken for the first one.
    func requireMediaType(_ types: String...) throws(Problem) { try requireMediaType(of: types) }

    private func requireMediaType(of types: [String]) throws(Problem) {
        guard let value = request.headers[.contentType] else { return }
        let essence = value.prefix { $0 != ";" }.trimmingSuffix(while: \.isWhitespace).lowercased()
        guard types.contains(essence) else {
            throw Problem(.unsupportedMediaType, "Send \(types.joined(separator: " or ")), not '\(essence)'.")
        }
    }

    /// The body in parts, after telling a client that waits for it to go on (RFC 9110 §10.1.1).
    ///
    /// Called when the head was found good, so that a refused body is never sent.
    func body() async throws -> RequestBody {
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
        }
        return request.body
    }

    /// The declared length of the body; throws `body_too_large` when it is over `max`.
    @discardableResult
    func contentLength(atMost max: Int) throws(Problem) -> Int64? {
        guard let length = request.headers[.contentLength].flatMap({ Int64($0) }) else { return nil }
        guard length <= max else { throw Problem(.bodyTooLarge, "The body may have at most \(max) bytes.") }
        return length
    }

    /// The whole body in memory, up to `max` bytes.
    func collect(atMost max: Int) async throws -> ByteBuffer {
        try contentLength(atMost: max)
        var whole = ByteBuffer()
        var parts = try await body().makeAsyncIterator()
        while let part = try await parts.nextPart() {
            guard whole.readableBytes + part.readableBytes <= max else {
                throw Problem(.bodyTooLarge, "The body may have at most \(max) bytes.")
            }
            whole.writeImmutableBuffer(part)
        }
        return whole
    }

    /// The body as a JSON object. An empty body counts as `{}`, unless there must be one.
    func json(
        _ types: String..., mayBeEmpty: Bool = true, atMost max: Int = Limits.jsonBodySizeMax
    ) async throws -> JSONObject {
        try requireMediaType(of: types)
        let bytes = try await collect(atMost: max)
        if bytes.readableBytes == 0, mayBeEmpty { return [:] }
        guard JSONValue.depth(of: bytes.readableBytesView) <= Limits.jsonDepthMax else {
            throw Problem(.malformedJSON, "Nest at most \(Limits.jsonDepthMax) arrays and objects.")
        }
        guard let object = (try? JSONValue(parsing: bytes.readableBytesView))?.object else {
            throw Problem(.malformedJSON, "Send one JSON object in UTF-8.")
        }
        return object
    }
}

extension RequestBody.AsyncIterator {
    /// The next part; `truncated_body` when the connection broke instead.
    mutating func nextPart() async throws(Problem) -> ByteBuffer? {
        do {
            return try await next()
        } catch {
            throw Problem(.truncatedBody, "The connection broke before the body had ended.")
        }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        self[..<(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)]
    }
}
