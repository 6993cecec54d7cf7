package import HTTPTypes
package import PawlModel

/// Uploads as every HTTP client sends them: one request with the whole content, answered by its target (RFC 9110 §9.3.4).
package struct Plain: UploadDialect, Hashable {
    package init() {}

    package var door: Upload.Door { .plain }

    /// Throws for what a plain upload does not do, lest it make a version of something else than was meant: a part of a
    /// content (RFC 9110 §14.5), an encoded one, a condition that nobody looks at.
    package func parse(_ request: HTTPRequest, at place: UploadPlace) throws(Problem) -> UploadCommand {
        guard place == .creation, [.put, .post].contains(request.method) else {
            throw .method(request.method, allowed: "POST, PUT")
        }
        return .create(try Self.newUpload(request.headerFields))
    }

    package func render(_ outcome: UploadOutcome) -> HTTPResponse {
        switch outcome {
        case .created(_, let target?), .appended(_, let target?): target
        case .created, .appended, .capabilities, .state, .cancelled: HTTPResponse(status: .noContent)
        }
    }

    package func render(
        _ problem: Problem, to request: HTTPRequest, over head: HTTPResponse, limits: UploadLimits
    ) -> HTTPResponse { head }

    /// What the head of a request says of a content whose bytes follow it.
    static func newUpload(_ headers: HTTPFields) throws(Problem) -> NewUpload {
        try headers.requirePlainBytes()
        if let type = headers[.contentType], MediaTypeText.essence(of: type) == "multipart/form-data" {
            throw Problem(.unsupportedMediaType, "Send the bytes themselves, as curl -T does, and no form around them.")
        }
        if headers.contains(.contentRange) {
            throw Problem(.malformedRequest, "This makes a version of the whole content: send no Content-Range.")
        }
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] where headers.contains(name) {
            throw Problem(.malformedRequest, "This adds a version, whatever there is: send no \(name.rawName).")
        }
        var upload = NewUpload()
        upload.length = headers.bodyLength
        upload.sha256 = try headers.representationDigest()
        upload.mediaType = MediaTypeText(headers[.contentType])?.text
        upload.filename = headers[.contentDisposition].flatMap(FileName.init(disposition:))?.text
        upload.body = NewPart(
            length: upload.length, end: .here, checksums: try headers.contentDigests(),
            wantsDigest: headers.wantsRepresentationDigest)
        return upload
    }
}

extension HTTPFields {
    /// The declared length of the body in bytes.
    var bodyLength: Int64? { self[.contentLength].flatMap { Int64($0) } }

    /// Throws for an encoded body: its bytes would be kept as they are, and served without the word that they are encoded.
    func requirePlainBytes() throws(Problem) {
        if let coding = self[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "Send the plain bytes, without Content-Encoding.")
        }
    }
}

extension Problem {
    static func method(_ method: HTTPRequest.Method, allowed: String) -> Problem {
        Problem(
            .methodNotAllowed, "\(method.rawValue) is not one of \(allowed).", members: ["allow": .string(allowed)])
    }
}
