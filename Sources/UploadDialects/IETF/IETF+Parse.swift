package import HTTPTypes
package import PawlModel

extension IETF {
    package func parse(_ request: HTTPRequest, at place: UploadPlace) throws(Problem) -> UploadCommand {
        let headers = request.headerFields
        switch (request.method, place) {
        case (.options, _): return .discover
        case (.put, .creation), (.post, .creation): return .create(try creation(headers))
        case (.head, .upload), (.get, .upload):
            try refuseStrayFields(headers)
            return .inspect
        case (.patch, .upload): return .append(try part(headers))
        case (.delete, .upload):
            try refuseStrayFields(headers)
            return .cancel
        case (_, .creation): throw .method(request.method, allowed: "OPTIONS, POST, PUT")
        case (_, .upload): throw .method(request.method, allowed: "DELETE, GET, HEAD, OPTIONS, PATCH")
        }
    }

    /// A plain upload that may stop anywhere: the draft changes nothing else of the request.
    private func creation(_ headers: HTTPFields) throws(Problem) -> NewUpload {
        guard let isComplete = spelling.completeness.read(headers) else { throw completenessMissing }
        var upload = try Plain.newUpload(headers)
        upload.length = try length(headers, isComplete: isComplete, offset: 0)
        upload.body?.length = upload.length
        upload.body?.end = isComplete ? .here : .later
        return upload
    }

    private func part(_ headers: HTTPFields) throws(Problem) -> NewPart {
        if let type = spelling.partType {
            let sent = headers[.contentType]
            guard sent.map(MediaTypeText.essence(of:)) == type else {
                throw Problem(
                    .unsupportedMediaType, "Send the rest of an upload as \(type), not as '\(sent ?? "nothing")'.")
            }
        }
        try headers.requirePlainBytes()
        guard let offset = headers.wholeNumber(.uploadOffset) else {
            throw Problem(.malformedRequest, "Say with Upload-Offset where the bytes begin: an Integer from 0 on.")
        }
        guard let isComplete = spelling.completeness.read(headers) ?? spelling.unsaidCompleteness else {
            throw completenessMissing
        }
        return NewPart(
            offset: offset, length: try length(headers, isComplete: isComplete, offset: offset),
            end: isComplete ? .here : .later, checksums: try headers.contentDigests(),
            wantsDigest: headers.wantsRepresentationDigest)
    }

    /// The length of the whole content, as `Upload-Length` says it, or the body of a request that completes it. Where both
    /// do, they must agree.
    private func length(_ headers: HTTPFields, isComplete: Bool, offset: Int64) throws(Problem) -> Int64? {
        let said = spelling.hasLength ? headers.wholeNumber(.uploadLength) : nil
        guard isComplete, let body = headers.bodyLength else { return said }
        let (end, overflow) = offset.addingReportingOverflow(body)
        guard !overflow, said == nil || said == end else {
            throw Problem(
                .inconsistentLength, "Upload-Length is not where this body ends: one of them is a mistake.")
        }
        return end
    }

    /// Old drafts have the server refuse these where they mean nothing.
    private func refuseStrayFields(_ headers: HTTPFields) throws(Problem) {
        guard spelling.refusesStrayFields else { return }
        for name in [.uploadOffset, spelling.completeness.name] where headers.contains(name) {
            throw Problem(.malformedRequest, "Send no \(name.rawName) with this: it is asked for, not told.")
        }
    }

    private var completenessMissing: Problem {
        Problem(
            .malformedRequest,
            "Say with \(spelling.completeness.name.rawName) whether the content ends with this body: ?1 or ?0.")
    }
}
