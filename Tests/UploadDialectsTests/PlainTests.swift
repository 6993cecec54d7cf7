import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// Plain uploads: what curl and every other client sends.
struct PlainTests {
    private static func whole(_ length: Int64?) -> UploadCommand {
        .create(
            .with {
                $0.length = length
                $0.body = NewPart(length: length, end: .here)
            })
    }

    @Test(arguments: [
        RequestCase.takes("PUT, the whole content", .put, .creation, ["Content-Length": "9"], whole(9)),
        .takes("POST, the same", .post, .creation, ["Content-Length": "9"], whole(9)),
        .takes("PUT, of unknown length", .put, .creation, [:], whole(nil)),
        .takes(
            "PUT, types that say nothing", .put, .creation, ["Content-Type": "application/x-www-form-urlencoded"],
            whole(nil)),
        .takes(
            "PUT, a type that says something, and a name", .put, .creation,
            ["Content-Type": "image/png", "Content-Disposition": "attachment; filename=a.png"],
            .create(
                .with {
                    $0.mediaType = "image/png"
                    $0.filename = "a.png"
                    $0.body = NewPart(end: .here)
                })),
        .takes(
            "RFC 9530, both digests", .put, .creation,
            [
                "Content-Digest": "sha-256=:\(Sample.digestText):", "Repr-Digest": "sha-256=:\(Sample.digestText):",
                "Want-Repr-Digest": "sha-256=10",
            ],
            .create(
                .with {
                    $0.sha256 = Sample.digest
                    $0.body = NewPart(
                        end: .here, checksums: [Checksum(.sha256, Sample.digest.bytes)], wantsDigest: true)
                })),
        .refuses(
            "RFC 9110 §14.5, no part of a content", .put, .creation, ["Content-Range": "bytes 0-1/2"],
            .malformedRequest),
        .refuses("RFC 9110 §8.4, nothing encoded", .put, .creation, ["Content-Encoding": "br"], .unsupportedMediaType),
        .refuses(
            "RFC 7578, no form around it", .post, .creation, ["Content-Type": "multipart/form-data; boundary=x"],
            .unsupportedMediaType),
        .refuses("RFC 9110 §13, no condition", .put, .creation, ["If-Match": "*"], .malformedRequest),
        .refuses("RFC 9110 §13, nor that one", .put, .creation, ["If-None-Match": "*"], .malformedRequest),
        .refuses("RFC 9110 §9, no other method", .patch, .creation, [:], .methodNotAllowed),
        .refuses("RFC 9110 §9, nor for an upload", .put, .upload, [:], .methodNotAllowed),
    ])
    func request(_ testCase: RequestCase) { testCase.check(Plain()) }

    @Test func theAnswer_isItsTargets() {
        #expect(Plain().render(.created(Sample.complete(), target: Sample.target)) == Sample.target)
        let head = HTTPResponse(status: .conflict)
        let request = HTTPRequest(method: .put, scheme: nil, authority: nil, path: "/")
        #expect(
            Plain().render(Problem(.quotaExceeded, "…"), to: request, over: head, limits: UploadLimits()) == head)
        #expect(Plain().announcement(of: Sample.open()) == nil)
        #expect(Plain().door == .plain)
    }

    /// RFC 6266 §4.3 and what clients make of it.
    @Test(arguments: [
        ("attachment; filename=\"a b.zip\"", "a b.zip"),
        ("attachment;filename=a.zip;size=3", "a.zip"),
        ("inline; FILENAME = \"a.zip\"", "a.zip"),
        ("inline; filename=\"say \\\"hi\\\".txt\"", "say \"hi\".txt"),
        ("inline; filename*=UTF-8'en'%e2%82%ac.txt; filename=\"EUR.txt\"", "€.txt"),
        ("inline; filename*=ISO-8859-1''%A3.txt; filename=pounds.txt", "pounds.txt"),
        ("inline; filename=\"a/b/c.txt\"", "c.txt"),
        ("inline; filename=\"..\"", nil),
        ("inline; filename=\"\"", nil),
        ("inline; filename=\"open", "open"),
        ("inline", nil),
        ("; ; =; filename", nil),
    ])
    func contentDisposition(_ field: String, _ name: String?) throws {
        let testCase = RequestCase.takes("", .put, .creation, ["Content-Disposition": field], .discover)
        guard case .create(let upload) = try Plain().parse(testCase.request(), at: .creation) else {
            Issue.record("no creation")
            return
        }
        #expect(upload.filename == name)
    }
}
