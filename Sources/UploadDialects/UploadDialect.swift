package import HTTPTypes
package import PawlModel

/// A protocol that carries uploads: it reads heads of requests as commands, and writes what became of them as heads of
/// responses. It is a value, and touches nothing.
package protocol UploadDialect: Sendable {
    /// What uploads that are begun in it say of themselves.
    var door: Upload.Door { get }

    /// What every answer has in its head, whatever it tells.
    var everyAnswer: HTTPFields { get }

    /// What a request asks for at such a place, or what is wrong with it.
    func parse(_ request: HTTPRequest, at place: UploadPlace) throws(Problem) -> UploadCommand

    /// The head that tells an outcome. One that says 204, or that goes with HEAD, has no body.
    func render(_ outcome: UploadOutcome) -> HTTPResponse

    /// The head that tells a problem, made from the one that it has everywhere.
    func render(
        _ problem: Problem, to request: HTTPRequest, over head: HTTPResponse, limits: UploadLimits
    ) -> HTTPResponse

    /// An interim response that tells the URL of an upload that has just begun; nil where the client expects none.
    func announcement(of status: UploadStatus) -> HTTPResponse?

    /// An interim response that tells how far an upload is durable, in bytes; nil where the client expects none.
    func progress(_ offset: Int64) -> HTTPResponse?
}

extension UploadDialect {
    package var everyAnswer: HTTPFields { [:] }
    package func announcement(of status: UploadStatus) -> HTTPResponse? { nil }
    package func progress(_ offset: Int64) -> HTTPResponse? { nil }
}

/// What stands at the URL of a request.
package enum UploadPlace: Hashable, Sendable {
    /// Where uploads are begun.
    case creation
    /// One upload.
    case upload
}
