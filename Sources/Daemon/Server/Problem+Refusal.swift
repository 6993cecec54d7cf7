import HTTPAPI
import HTTPTypes
import Metadata
import NIOCore
import NIOHTTP1
import PawlModel

extension Problem {
    /// What the parser found.
    init(_ error: HTTPParserError, isFirstLineTooLong: Bool) {
        switch error {
        case .headerOverflow where isFirstLineTooLong:
            self.init(.urlTooLong, "A URL may have at most \(Limits.headFieldSizeMax) bytes.")
        case .headerOverflow:
            self.init(
                .headTooLarge,
                "Send at most \(Limits.headFieldsMax) header fields, and \(Limits.headFieldSizeMax) bytes in each of them."
            )
        default:
            self.init(.malformedRequest, "This is no request of HTTP/1.1.")
        }
    }

    /// An answer to a request that is not read any further.
    func refusal() -> (head: HTTPResponseHead, body: ByteBuffer) {
        var json = json
        json["status"] = .int(Int64(code.status.code))
        let body = ByteBuffer(bytes: JSONValue.object(json).data)
        let headers: HTTPHeaders = [
            "content-type": MediaType.problem, "content-length": "\(body.readableBytes)", "cache-control": "no-store",
            "connection": "close", "server": "pawl", "date": HTTPDate(Ambient.system.now()).text,
        ]
        let status = HTTPResponseStatus(statusCode: code.status.code, reasonPhrase: code.status.reasonPhrase)
        return (HTTPResponseHead(version: .http1_1, status: status, headers: headers), body)
    }
}
