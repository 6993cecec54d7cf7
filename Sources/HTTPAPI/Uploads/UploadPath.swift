import HTTPTypes
import Hummingbird
import PawlModel
import UploadDialects

/// A path of the upload protocols: what stands there, and which of them a request for it speaks.
struct UploadPath {
    let place: UploadPlace
    let dialect: any UploadDialect

    /// Nil for every other path.
    init?(_ request: HTTPRequest) {
        let path = (request.path ?? "").prefix { $0 != "?" }
        let segments = path.split(separator: "/").map(String.init)
        switch (segments.count, segments.first, segments.dropFirst().first) {
        case (2, "v1", "tus"): self.init(.creation, Tus())
        case (3, "v1", "tus"): self.init(.upload, Tus())
        case (3, "v1", "uploads"): self.init(.upload, IETF(continuing: request.headerFields))
        case (4, "v1", "assets") where segments[3] == "content": self.init(.creation, Self.creation(request))
        default: return nil
        }
    }

    private init(_ place: UploadPlace, _ dialect: any UploadDialect) {
        self.place = place
        self.dialect = dialect
    }

    /// Where contents are put, an upload is plain unless it says that it may be resumed.
    private static func creation(_ request: HTTPRequest) -> any UploadDialect {
        let headers = request.headerFields
        if request.method == .options { return IETF(continuing: headers) }
        return IETF(creating: headers) ?? Plain()
    }

    /// What OPTIONS tells of the path, beside its methods.
    static func capabilities(_ request: HTTPRequest, _ limits: UploadLimits) -> HTTPFields {
        guard let path = UploadPath(request) else { return [:] }
        return path.dialect.render(.capabilities(limits)).headerFields
    }

    /// The head of a problem as the path's protocol has it.
    static func head(
        of problem: Problem, to request: HTTPRequest, over head: HTTPResponse, _ limits: UploadLimits
    ) -> HTTPResponse {
        guard let path = UploadPath(request) else { return head }
        var head = head
        head.status = problem.code.uploadStatus
        return path.dialect.render(problem, to: request, over: head, limits: limits)
    }
}
