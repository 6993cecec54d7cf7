import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// A request, and what a dialect must make of it. The rule begins with the section that it is in.
struct RequestCase: Sendable, CustomTestStringConvertible {
    let rule: String
    var method: HTTPRequest.Method
    var place: UploadPlace
    /// An empty value stands for a field that is not sent.
    var fields: KeyValuePairs<String, String>
    var expected: Expected

    enum Expected: Hashable, Sendable {
        case command(UploadCommand)
        case problem(ProblemCode)
    }

    static func takes(
        _ rule: String, _ method: HTTPRequest.Method, _ place: UploadPlace, _ fields: KeyValuePairs<String, String>,
        _ command: UploadCommand
    ) -> RequestCase {
        RequestCase(rule: rule, method: method, place: place, fields: fields, expected: .command(command))
    }

    static func refuses(
        _ rule: String, _ method: HTTPRequest.Method, _ place: UploadPlace, _ fields: KeyValuePairs<String, String>,
        _ code: ProblemCode
    ) -> RequestCase {
        RequestCase(rule: rule, method: method, place: place, fields: fields, expected: .problem(code))
    }

    var testDescription: String { rule }

    /// - Parameter usual: Fields that every request of the protocol has, unless the case says otherwise.
    func request(usual: KeyValuePairs<String, String> = [:]) -> HTTPRequest {
        var headers = HTTPFields()
        for (name, value) in usual { headers[HTTPField.Name(name)!] = value }
        for (name, value) in fields { headers[HTTPField.Name(name)!] = value.isEmpty ? nil : value }
        return HTTPRequest(method: method, scheme: "http", authority: "pawl", path: "/", headerFields: headers)
    }

    func check(_ dialect: some UploadDialect, usual: KeyValuePairs<String, String> = [:]) {
        let found: Expected
        do {
            found = .command(try dialect.parse(request(usual: usual), at: place))
        } catch {
            found = .problem(error.code)
        }
        #expect(found == expected, "\(rule)")
    }
}

/// An outcome, and the head that must tell it: fields with these values, and fields that must not be there (nil).
struct AnswerCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let outcome: UploadOutcome
    let status: Int
    let fields: [String: String?]

    init(_ rule: String, _ outcome: UploadOutcome, _ status: Int, _ fields: [String: String?]) {
        self.rule = rule
        self.outcome = outcome
        self.status = status
        self.fields = fields
    }

    var testDescription: String { rule }

    func check(_ dialect: some UploadDialect) {
        dialect.render(outcome).check(status, fields, rule)
    }
}

extension HTTPResponse {
    func check(_ code: Int, _ fields: [String: String?], _ rule: String) {
        #expect(status.code == code, "\(rule)")
        for (name, value) in fields { #expect(headerFields[HTTPField.Name(name)!] == value, "\(rule): \(name)") }
    }
}

extension NewUpload {
    static func with(_ change: (inout NewUpload) -> Void) -> NewUpload {
        var upload = NewUpload()
        change(&upload)
        return upload
    }
}

/// Ids and values that the cases share.
enum Sample {
    static let upload = ResourceID(prefix: Upload.idPrefix, value: 7)
    static let other = ResourceID(prefix: Upload.idPrefix, value: 8)
    static let asset = ResourceID(prefix: "ast", value: 9)
    static let expiry = UploadStatus.Expiry(date: "Wed, 25 Jun 2014 16:00:00 GMT", secondsLeft: 3600)
    /// The SHA-256 of nothing.
    static let digest = Digest(hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")!
    static let digestText = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    static func open(_ change: (inout UploadStatus) -> Void = { _ in }) -> UploadStatus {
        var status = UploadStatus(upload, offset: 70, length: 100, expiry: expiry)
        change(&status)
        return status
    }

    static func complete(_ change: (inout UploadStatus) -> Void = { _ in }) -> UploadStatus {
        var status = UploadStatus(upload, offset: 100, length: 100, isComplete: true, expiry: expiry)
        change(&status)
        return status
    }

    /// What a target answers that got its content.
    static let target = HTTPResponse(
        status: .created, headerFields: [.location: "/v1/versions/ver_1", .contentType: "application/json"])
}
