import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// What tus 1.0.0 answers, section by section.
struct TusAnswerTests {
    @Test(arguments: [
        AnswerCase(
            "Core, OPTIONS: 204 with Tus-Version, and without a limit no Tus-Max-Size", .capabilities(UploadLimits()),
            204,
            [
                "Tus-Version": "1.0.0", "Tus-Max-Size": nil, "Tus-Resumable": "1.0.0",
                "Tus-Extension":
                    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation",
                "Tus-Checksum-Algorithm": "sha1,sha256,crc32",
            ]),
        AnswerCase(
            "Core, OPTIONS: Tus-Max-Size where there is a hard limit",
            .capabilities(UploadLimits(maxSize: 1_073_741_824)), 204, ["Tus-Max-Size": "1073741824"]),
        AnswerCase(
            "Core, HEAD: the offset, the length, no-store", .state(Sample.open()), 200,
            [
                "Upload-Offset": "70", "Upload-Length": "100", "Cache-Control": "no-store", "Tus-Resumable": "1.0.0",
                "Upload-Defer-Length": nil, "Upload-Metadata": nil, "Upload-Concat": nil,
            ]),
        AnswerCase(
            "Core, HEAD: the offset even if it is 0", .state(Sample.open { $0.offset = 0 }), 200,
            ["Upload-Offset": "0"]),
        AnswerCase(
            "Core, HEAD: the offset of what is complete", .state(Sample.complete()), 200,
            ["Upload-Offset": "100", "Upload-Length": "100", "Upload-Expires": nil]),
        AnswerCase(
            "Core, PATCH: 204 with the new offset", .appended(Sample.open(), target: nil), 204,
            ["Upload-Offset": "70", "Tus-Resumable": "1.0.0"]),
        AnswerCase(
            "Core, PATCH: 204 when the content is complete too", .appended(Sample.complete(), target: Sample.target),
            204,
            ["Upload-Offset": "100", "Location": nil, "Content-Type": nil]),
        AnswerCase(
            "Creation: 201 with Location", .created(Sample.open { $0.offset = 0 }, target: nil), 201,
            ["Location": "/v1/tus/\(Sample.upload)", "Tus-Resumable": "1.0.0"]),
        AnswerCase(
            "Creation With Upload: Upload-Offset", .created(Sample.open(), target: nil), 201, ["Upload-Offset": "70"]),
        AnswerCase(
            "Creation With Upload: 201 with the upload's Location when the content is complete",
            .created(Sample.complete(), target: Sample.target), 201,
            ["Upload-Offset": "100", "Location": "/v1/tus/\(Sample.upload)"]),
        AnswerCase(
            "Creation Defer Length: HEAD says so until the length is known", .state(Sample.open { $0.length = nil }),
            200,
            ["Upload-Defer-Length": "1", "Upload-Length": nil]),
        AnswerCase(
            "Creation: HEAD gives Upload-Metadata back", .state(Sample.open { $0.note = "a YQ==, b" }), 200,
            ["Upload-Metadata": "a YQ==, b"]),
        AnswerCase(
            "Expiration: with a PATCH", .appended(Sample.open(), target: nil), 204,
            ["Upload-Expires": "Wed, 25 Jun 2014 16:00:00 GMT"]),
        AnswerCase(
            "Expiration: with the creation", .created(Sample.open(), target: nil), 201,
            ["Upload-Expires": "Wed, 25 Jun 2014 16:00:00 GMT"]),
        AnswerCase(
            "Expiration: of a part also when it is complete",
            .appended(Sample.complete { $0.isPartial = true }, target: nil), 204,
            ["Upload-Expires": "Wed, 25 Jun 2014 16:00:00 GMT", "Upload-Offset": "100"]),
        AnswerCase("Termination: 204", .cancelled, 204, ["Tus-Resumable": "1.0.0"]),
        AnswerCase(
            "Concatenation: HEAD of a part", .state(Sample.open { $0.isPartial = true }), 200,
            ["Upload-Concat": "partial", "Upload-Offset": "70"]),
        AnswerCase(
            "Concatenation: HEAD of a final upload says it as it came, and both numbers",
            .state(Sample.complete { $0.note = "\nfinal;/v1/tus/a https://example.com/b" }), 200,
            [
                "Upload-Concat": "final;/v1/tus/a https://example.com/b", "Upload-Offset": "100",
                "Upload-Length": "100", "Upload-Metadata": nil,
            ]),
        AnswerCase(
            "Concatenation: metadata of the final upload",
            .state(Sample.complete { $0.note = "asset YQ==\nfinal;/v1/tus/a" }), 200,
            ["Upload-Concat": "final;/v1/tus/a", "Upload-Metadata": "asset YQ=="]),
    ])
    func outcome(_ testCase: AnswerCase) { testCase.check(Tus()) }

    /// What the problem table says of a code, over which the dialect writes.
    private func told(
        _ code: ProblemCode, _ status: HTTPResponse.Status, limits: UploadLimits = UploadLimits()
    ) -> HTTPResponse {
        Tus().render(
            Problem(code, "…"),
            to: HTTPRequest(method: .head, scheme: nil, authority: nil, path: "/"),
            over: HTTPResponse(status: status, headerFields: [.contentType: "application/problem+json"]), limits: limits
        )
    }

    @Test func core_everyAnswer_saysItsVersion_andKeepsItsProblem() {
        told(.notFound, .notFound).check(
            404, ["Tus-Resumable": "1.0.0", "Content-Type": "application/problem+json"], "Core, Tus-Resumable")
    }

    @Test func core_anotherVersion_is412_withThoseThatAreSpoken() {
        told(.unsupportedVersion, .preconditionFailed).check(412, ["Tus-Version": "1.0.0"], "Core, Tus-Version")
    }

    @Test(arguments: [ProblemCode.notFound, .uploadGone, .forbidden])
    func core_HEAD_ofWhatIsNotThere_hasNoOffset(_ code: ProblemCode) {
        told(code, .gone).check(410, ["Upload-Offset": nil], "Core, HEAD")
    }

    @Test func core_anotherOffset_is409() {
        told(.offsetMismatch, .conflict).check(409, [:], "Core, PATCH")
    }

    @Test func creation_tooLong_is413() {
        told(.bodyTooLarge, .contentTooLarge, limits: UploadLimits(maxSize: 7)).check(
            413, ["Tus-Max-Size": "7"], "Creation, POST")
    }

    @Test func checksum_mismatch_is460() {
        told(.checksumMismatch, .unprocessableContent).check(460, ["Upload-Offset": nil], "Checksum")
        #expect(told(.checksumMismatch, .unprocessableContent).status.reasonPhrase == "Checksum Mismatch")
    }

    @Test func noInterimAnswers() {
        #expect(Tus().announcement(of: Sample.open()) == nil)
        #expect(Tus().progress(1) == nil)
    }

    @Test func itsUploads_areTus() {
        #expect(Tus().door == .tus)
    }
}
