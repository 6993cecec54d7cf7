package import HTTPTypes
package import PawlModel

extension Tus {
    package func render(_ outcome: UploadOutcome) -> HTTPResponse {
        var response =
            switch outcome {
            case .capabilities(let limits): Self.capabilities(limits)
            case .created(let status, _): Self.created(status)
            case .appended(let status, _): Self.appended(status)
            case .state(let status): Self.state(status)
            case .cancelled: HTTPResponse(status: .noContent)
            }
        response.headerFields[.tusResumable] = Self.version
        return response
    }

    package func render(
        _ problem: Problem, to request: HTTPRequest, over head: HTTPResponse, limits: UploadLimits
    ) -> HTTPResponse {
        var response = head
        response.headerFields[.tusResumable] = Self.version
        switch problem.code {
        case .unsupportedVersion: response.headerFields[.tusVersion] = Self.version
        case .checksumMismatch: response.status = .checksumMismatch
        case .bodyTooLarge: response.headerFields[.tusMaxSize] = limits.maxSize.map(String.init)
        default: break
        }
        return response
    }

    private static func capabilities(_ limits: UploadLimits) -> HTTPResponse {
        var response = HTTPResponse(status: .noContent)
        response.headerFields[.tusVersion] = version
        response.headerFields[.tusExtension] = extensions.joined(separator: ",")
        response.headerFields[.tusChecksumAlgorithm] = checksums.map(\.rawValue).joined(separator: ",")
        response.headerFields[.tusMaxSize] = limits.maxSize.map(String.init)
        return response
    }

    private static func created(_ status: UploadStatus) -> HTTPResponse {
        var response = HTTPResponse(status: .created)
        response.headerFields[.location] = Routes.tus(status.id)
        response.headerFields[.uploadOffset] = String(status.offset)
        response.headerFields[.uploadExpires] = expires(status)
        return response
    }

    private static func appended(_ status: UploadStatus) -> HTTPResponse {
        var response = HTTPResponse(status: .noContent)
        response.headerFields[.uploadOffset] = String(status.offset)
        response.headerFields[.uploadExpires] = expires(status)
        return response
    }

    private static func state(_ status: UploadStatus) -> HTTPResponse {
        let note = TusNote(status.note)
        var response = HTTPResponse(status: .ok)
        response.headerFields[.cacheControl] = "no-store"
        response.headerFields[.uploadOffset] = String(status.offset)
        response.headerFields[.uploadLength] = status.length.map(String.init)
        if status.length == nil { response.headerFields[.uploadDeferLength] = "1" }
        response.headerFields[.uploadMetadata] = note.metadata
        response.headerFields[.uploadConcat] = status.isPartial ? "partial" : note.concat
        response.headerFields[.uploadExpires] = expires(status)
        return response
    }

    /// Unfinished uploads expire, and parts, which are only there until they are joined.
    private static func expires(_ status: UploadStatus) -> String? {
        status.isComplete && !status.isPartial ? nil : status.expiry?.date
    }
}

extension HTTPResponse.Status {
    /// tus' own (Checksum).
    static let checksumMismatch = HTTPResponse.Status(code: 460, reasonPhrase: "Checksum Mismatch")
}
