package import HTTPTypes
package import PawlModel

extension Tus {
    package func parse(_ request: HTTPRequest, at place: UploadPlace) throws(Problem) -> UploadCommand {
        let headers = request.headerFields
        let method = Self.method(of: request)
        // A client asks with OPTIONS which versions there are, so its own one does not matter there.
        if method == .options { return .discover }
        guard headers[.tusResumable] == Self.version else {
            throw Problem(.unsupportedVersion, "Send Tus-Resumable: \(Self.version), the version that is spoken here.")
        }
        switch (method, place) {
        case (.post, .creation): return try Self.creation(headers)
        case (.head, .upload), (.get, .upload): return .inspect
        case (.patch, .upload): return .append(try Self.append(headers))
        case (.delete, .upload): return .cancel
        case (_, .creation): throw .method(method, allowed: "OPTIONS, POST")
        case (_, .upload): throw .method(method, allowed: "DELETE, GET, HEAD, OPTIONS, PATCH")
        }
    }

    /// What `X-HTTP-Method-Override` says instead of the request line; for clients that can send GET and POST only.
    private static func method(of request: HTTPRequest) -> HTTPRequest.Method {
        guard let override = request.headerFields[.methodOverride] else { return request.method }
        return HTTPRequest.Method(override.uppercased()) ?? request.method
    }

    // MARK: Creation

    private static func creation(_ headers: HTTPFields) throws(Problem) -> UploadCommand {
        var upload = try TusMetadata(headers[.uploadMetadata]).newUpload
        guard let concat = headers[.uploadConcat] else { return .create(try sized(upload, headers)) }
        if concat.trimmed == "partial" {
            upload.isPartial = true
            return .create(try sized(upload, headers))
        }
        upload.note = TusNote(metadata: upload.note, concat: concat).text
        return .join(try parts(concat, headers), upload)
    }

    private static func sized(_ upload: NewUpload, _ headers: HTTPFields) throws(Problem) -> NewUpload {
        var upload = upload
        upload.length = try length(headers)
        let isDeferred = try isDeferred(headers)
        guard isDeferred == (upload.length == nil) else {
            throw Problem(
                .malformedRequest, "Send either Upload-Length, or Upload-Defer-Length: 1 while it is not known.")
        }
        upload.body = try firstPart(headers, length: upload.length)
        return upload
    }

    private static func isDeferred(_ headers: HTTPFields) throws(Problem) -> Bool {
        guard let value = headers[.uploadDeferLength] else { return false }
        guard value == "1" else { throw Problem(.malformedRequest, "Upload-Defer-Length is 1, or not sent.") }
        return true
    }

    /// The part that comes with the creation. A content of no bytes is complete without one.
    private static func firstPart(_ headers: HTTPFields, length: Int64?) throws(Problem) -> NewPart? {
        let hasBody = (headers.bodyLength ?? 0) > 0
        guard let type = headers[.contentType] else {
            if hasBody { throw wrongType("nothing") }
            return length == 0 ? NewPart(end: .atLength) : nil
        }
        guard MediaTypeText.essence(of: type) == MediaType.offsetOctets else {
            if hasBody { throw wrongType("'\(type)'") }
            return length == 0 ? NewPart(end: .atLength) : nil
        }
        try headers.requirePlainBytes()
        return NewPart(end: .atLength, checksums: try checksums(headers))
    }

    /// `final;` and URLs with spaces between them, absolute or relative: the last component of each is an upload's id.
    private static func parts(_ concat: String, _ headers: HTTPFields) throws(Problem) -> [ResourceID] {
        let words = concat.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, words[0].trimmed == "final" else {
            throw Problem(.malformedRequest, "Upload-Concat is 'partial', or 'final;' and the URLs of the parts.")
        }
        guard !headers.contains(.uploadLength), !headers.contains(.uploadDeferLength) else {
            throw Problem(.malformedRequest, "A joined upload is as long as its parts: send no length with it.")
        }
        guard (headers.bodyLength ?? 0) == 0 else {
            throw Problem(.malformedRequest, "A joined upload is made of its parts: send no body with it.")
        }
        var ids: [ResourceID] = []
        for url in words[1].split(separator: " ") {
            let path = url.prefix { $0 != "?" && $0 != "#" }
            guard let id = ResourceID(path.split(separator: "/").last ?? "", kind: Upload.idPrefix) else {
                throw Problem(.malformedRequest, "'\(url)' is not the URL of an upload.")
            }
            ids.append(id)
        }
        guard (1...Limits.joinedUploadsMax).contains(ids.count) else {
            throw Problem(.malformedRequest, "Upload-Concat joins 1 to \(Limits.joinedUploadsMax) parts.")
        }
        return ids
    }

    // MARK: Parts

    private static func append(_ headers: HTTPFields) throws(Problem) -> NewPart {
        let type = headers[.contentType]
        guard let type, MediaTypeText.essence(of: type) == MediaType.offsetOctets else {
            throw wrongType(type.map { "'\($0)'" } ?? "nothing")
        }
        try headers.requirePlainBytes()
        guard let offset = headers[.uploadOffset].flatMap(wholeNumber) else {
            throw Problem(.malformedRequest, "Say with Upload-Offset where the bytes begin: a number from 0 on.")
        }
        return NewPart(
            offset: offset, length: try length(headers), end: .atLength, checksums: try checksums(headers))
    }

    private static func length(_ headers: HTTPFields) throws(Problem) -> Int64? {
        guard let text = headers[.uploadLength] else { return nil }
        guard let length = wholeNumber(text) else {
            guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
                throw Problem(.malformedRequest, "Upload-Length is a number from 0 on.")
            }
            throw Problem(.bodyTooLarge, "No content has \(text.prefix(40)) bytes.")
        }
        return length
    }

    private static func checksums(_ headers: HTTPFields) throws(Problem) -> [Checksum] {
        guard let field = headers[.uploadChecksum] else { return [] }
        let words = field.split(separator: " ")
        let names = checksums.map(\.rawValue).joined(separator: ", ")
        guard words.count == 2, let algorithm = checksums.first(where: { words[0] == $0.rawValue }) else {
            throw Problem(.malformedRequest, "Upload-Checksum is one of \(names), and the value in base64.")
        }
        guard let bytes = Base64.bytes(words[1]), bytes.count == algorithm.byteCount else {
            throw Problem(
                .malformedRequest,
                "Upload-Checksum: \(algorithm.rawValue) has \(algorithm.byteCount) bytes, in base64.")
        }
        return [Checksum(algorithm, bytes)]
    }

    private static func wholeNumber(_ text: String) -> Int64? {
        text.utf8.allSatisfy(\.isDigit) ? Int64(text) : nil
    }

    private static func wrongType(_ found: String) -> Problem {
        Problem(.unsupportedMediaType, "Send the bytes as \(MediaType.offsetOctets), not as \(found).")
    }
}

extension StringProtocol {
    /// Without the spaces around it.
    var trimmed: String {
        let head = drop { $0 == " " }
        return String(head.lastIndex { $0 != " " }.map { head[...$0] } ?? head)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
