package import HTTPTypes
package import PawlModel

extension IETF {
    package func render(_ outcome: UploadOutcome) -> HTTPResponse {
        switch outcome {
        case .capabilities(let limits):
            var response = HTTPResponse(status: .noContent)
            response.headerFields[.uploadLimit] = limit(limits, expiry: nil)
            response.headerFields[.acceptPatch] = spelling.partType
            return response
        case .created(let status, let target):
            // The answer of the target has its own Location: that of what it made.
            var response = target ?? HTTPResponse(status: .created)
            if target == nil { response.headerFields[.location] = Routes.upload(status.id) }
            tell(status, in: &response.headerFields)
            return response
        case .appended(let status, let target):
            var response = target ?? HTTPResponse(status: status.isComplete ? .noContent : spelling.appended)
            tell(status, in: &response.headerFields)
            return response
        case .state(let status):
            var response = HTTPResponse(status: spelling.state)
            response.headerFields[.cacheControl] = "no-store"
            tell(status, in: &response.headerFields)
            if spelling.hasLength { response.headerFields[.uploadLength] = status.length.map(String.init) }
            return response
        case .cancelled:
            return HTTPResponse(status: .noContent)
        }
    }

    package func render(
        _ problem: Problem, to request: HTTPRequest, over head: HTTPResponse, limits: UploadLimits
    ) -> HTTPResponse {
        var response = head
        let completes = spelling.completeness.read(request.headerFields)
        // A body that was not to end the content did not end it, however it went.
        if completes == false { spelling.completeness.write(false, into: &response.headerFields) }
        switch problem.code {
        case .offsetMismatch:
            response.headerFields[.uploadOffset] = problem.members["expected-offset"]?.int.map(String.init)
            spelling.completeness.write(false, into: &response.headerFields)
        case .digestMismatch where completes == true:
            // All of it came, and its target did not take it.
            spelling.completeness.write(true, into: &response.headerFields)
        case .bodyTooLarge: response.headerFields[.uploadLimit] = limit(limits, expiry: nil)
        case .unsupportedMediaType: response.headerFields[.acceptPatch] = spelling.partType
        default: break
        }
        return response
    }

    package func announcement(of status: UploadStatus) -> HTTPResponse? {
        var response = interim
        response?.headerFields[.location] = Routes.upload(status.id)
        response?.headerFields[.uploadLimit] = limit(status.limits, expiry: status.expiry)
        return response
    }

    package func progress(_ offset: Int64) -> HTTPResponse? {
        guard spelling.hasProgress else { return nil }
        var response = interim
        response?.headerFields[.uploadOffset] = String(offset)
        return response
    }

    private var interim: HTTPResponse? {
        guard let version else { return nil }
        return HTTPResponse(status: .uploadResumption, headerFields: [.interopVersion: String(version)])
    }

    private func tell(_ status: UploadStatus, in headers: inout HTTPFields) {
        headers[.uploadOffset] = String(status.offset)
        spelling.completeness.write(status.isComplete, into: &headers)
        headers[.uploadLimit] = limit(status.limits, expiry: status.isComplete ? nil : status.expiry)
        headers[.reprDigest] = status.sha256.map { "sha-256=:\(Base64.text($0.bytes)):" }
    }

    /// A dictionary is not written empty, and the field has to be there: so it says that the least size is none.
    private func limit(_ limits: UploadLimits, expiry: UploadStatus.Expiry?) -> String? {
        guard let ageLimit = spelling.ageLimit else { return nil }
        var members: [String] = []
        if let size = limits.maxSize { members.append("max-size=\(size)") }
        if let expiry { members.append("\(ageLimit)=\(max(0, expiry.secondsLeft))") }
        return members.isEmpty ? "min-size=0" : members.joined(separator: ", ")
    }
}

extension HTTPResponse.Status {
    static let uploadResumption = HTTPResponse.Status(code: 104, reasonPhrase: "Upload Resumption Supported")
}
