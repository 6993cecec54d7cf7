import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// What draft-ietf-httpbis-resumable-upload answers; sections are those of its newest text.
struct IETFAnswerTests {
    private static let path = "/v1/uploads/\(Sample.upload)"

    @Test(arguments: [
        AnswerCase(
            "4.1.4 Limits, OPTIONS says that there are none", .capabilities(UploadLimits()), 204,
            ["Upload-Limit": "min-size=0", "Accept-Patch": "application/partial-upload"]),
        AnswerCase(
            "4.1.4 Limits, OPTIONS says them", .capabilities(UploadLimits(maxSize: 9)), 204,
            ["Upload-Limit": "max-size=9"]),
        AnswerCase(
            "4.2 Creation, a part: 201 with Location and limits", .created(Sample.open(), target: nil), 201,
            [
                "Location": path, "Upload-Limit": "max-age=3600", "Upload-Complete": "?0",
                "Upload-Draft-Interop-Version": nil,
            ]),
        AnswerCase(
            "4.2 Creation, the whole: the answer of the target, and that it is complete",
            .created(Sample.complete(), target: Sample.target), 201,
            [
                "Upload-Complete": "?1", "Location": "/v1/versions/ver_1", "Content-Type": "application/json",
                "Upload-Offset": "100",
            ]),
        AnswerCase(
            "4.3 Offset retrieval, offset, completeness, length, limits, no-store", .state(Sample.open()), 200,
            [
                "Upload-Offset": "70", "Upload-Complete": "?0", "Upload-Length": "100", "Upload-Limit": "max-age=3600",
                "Cache-Control": "no-store",
            ]),
        AnswerCase(
            "4.3 Offset retrieval, no length that is not known", .state(Sample.open { $0.length = nil }), 200,
            ["Upload-Length": nil]),
        AnswerCase(
            "4.3 Offset retrieval, of what is complete", .state(Sample.complete()), 200,
            ["Upload-Offset": "100", "Upload-Complete": "?1", "Upload-Length": "100", "Upload-Limit": "min-size=0"]),
        AnswerCase(
            "4.1.3 Length, an offset at the length is not complete", .state(Sample.open { $0.offset = 100 }), 200,
            ["Upload-Offset": "100", "Upload-Complete": "?0"]),
        AnswerCase(
            "4.4 Append, a part: 2xx, not complete", .appended(Sample.open(), target: nil), 204,
            ["Upload-Complete": "?0", "Upload-Offset": "70", "Location": nil]),
        AnswerCase(
            "4.4 Append, the rest: the answer of the target, complete",
            .appended(Sample.complete(), target: Sample.target), 201,
            ["Upload-Complete": "?1", "Location": "/v1/versions/ver_1"]),
        AnswerCase(
            "4.4 Append, the rest of a part that has no target", .appended(Sample.complete(), target: nil), 204,
            ["Upload-Complete": "?1"]),
        AnswerCase("4.5 Cancellation, 204", .cancelled, 204, [:]),
        AnswerCase(
            "11.1 Repr-Digest, once it is proven",
            .appended(Sample.complete { $0.sha256 = Sample.digest }, target: Sample.target), 201,
            ["Repr-Digest": "sha-256=:\(Sample.digestText):"]),
        AnswerCase(
            "4.1.4 Limits, both", .state(Sample.open { $0.limits.maxSize = 9 }), 200,
            ["Upload-Limit": "max-size=9, max-age=3600"]),
    ])
    func outcome(_ testCase: AnswerCase) {
        testCase.check(IETF())
        testCase.check(IETF(continuing: [.interopVersion: "8"]))
    }

    @Test(arguments: [
        AnswerCase(
            "-05 §3.1.4, a lifetime is called expires", .state(Sample.open()), 200,
            ["Upload-Limit": "expires=3600", "Upload-Length": "100", "Upload-Complete": "?0", "Upload-Offset": "70"]),
        AnswerCase(
            "-05 §3.4, a part", .appended(Sample.open(), target: nil), 204,
            ["Upload-Complete": "?0", "Upload-Offset": "70"]),
    ])
    func version6(_ testCase: AnswerCase) { testCase.check(IETF(continuing: [.interopVersion: "6"])) }

    @Test(arguments: [
        AnswerCase(
            "-03 §5, no Upload-Length and no Upload-Limit", .state(Sample.open()), 200,
            ["Upload-Offset": "70", "Upload-Complete": "?0", "Upload-Length": nil, "Upload-Limit": nil]),
        AnswerCase(
            "-03 §6, a part: 201 with the offset", .appended(Sample.open(), target: nil), 201,
            ["Upload-Complete": "?0", "Upload-Offset": "70"]),
        AnswerCase(
            "-03 §4, a part: 201 with Location and the offset", .created(Sample.open(), target: nil), 201,
            ["Location": path, "Upload-Complete": "?0", "Upload-Offset": "70", "Upload-Limit": nil]),
        AnswerCase(
            "-03, OPTIONS means nothing", .capabilities(UploadLimits()), 204,
            ["Upload-Limit": nil, "Accept-Patch": nil]),
    ])
    func version5(_ testCase: AnswerCase) { testCase.check(IETF(continuing: [.interopVersion: "5"])) }

    @Test(arguments: [
        AnswerCase(
            "-01 §5, 204, and completeness the other way round", .state(Sample.open()), 204,
            ["Upload-Offset": "70", "Upload-Incomplete": "?1", "Upload-Complete": nil]),
        AnswerCase(
            "-01 §4, complete", .created(Sample.complete(), target: Sample.target), 201,
            ["Upload-Incomplete": "?0", "Upload-Offset": "100", "Upload-Complete": nil]),
        AnswerCase(
            "-01 §6, a part: 201 with the offset", .appended(Sample.open(), target: nil), 201,
            ["Upload-Incomplete": "?1", "Upload-Offset": "70"]),
    ])
    func version3(_ testCase: AnswerCase) { testCase.check(IETF(continuing: [.interopVersion: "3"])) }

    // MARK: Interim answers

    @Test(arguments: [("8", "max-age=3600"), ("6", "expires=3600"), ("5", nil), ("3", nil)])
    func statusCode104_tellsTheUploadsURL_withTheVersion(_ version: String, _ limit: String?) throws {
        let response = try #require(IETF(continuing: [.interopVersion: version]).announcement(of: Sample.open()))
        response.check(
            104,
            [
                "Location": Self.path, "Upload-Limit": limit, "Upload-Draft-Interop-Version": version,
                "Upload-Offset": nil,
            ], "5 Status code 104")
        #expect(response.status.reasonPhrase == "Upload Resumption Supported")
    }

    @Test(arguments: ["8", "6", "5"])
    func statusCode104_tellsProgress_withoutLocation(_ version: String) throws {
        let response = try #require(IETF(continuing: [.interopVersion: version]).progress(50))
        response.check(
            104, ["Upload-Offset": "50", "Location": nil, "Upload-Draft-Interop-Version": version], "4.4 Append")
    }

    @Test func statusCode104_isNotForVersionsThatDoNotKnowIt() {
        #expect(IETF(continuing: [.interopVersion: "3"]).progress(50) == nil)
        for headers: HTTPFields in [[:], [.interopVersion: "7"], [.interopVersion: "99"]] {
            #expect(IETF(continuing: headers).announcement(of: Sample.open()) == nil)
            #expect(IETF(continuing: headers).progress(50) == nil)
        }
    }

    // MARK: Problems

    private func told(
        _ problem: Problem, _ status: HTTPResponse.Status, version: String? = nil, complete: String? = nil
    ) -> HTTPResponse {
        var headers = HTTPFields()
        headers[.interopVersion] = version
        if let complete {
            headers[HTTPField.Name(version == "3" ? "Upload-Incomplete" : "Upload-Complete")!] = complete
        }
        let request = HTTPRequest(method: .patch, scheme: nil, authority: nil, path: "/", headerFields: headers)
        return IETF(continuing: headers).render(
            problem, to: request, over: HTTPResponse(status: status), limits: UploadLimits(maxSize: 9))
    }

    private let mismatch = Problem(
        .offsetMismatch, "…", members: ["expected-offset": .int(12_500_000), "provided-offset": .int(25_000_000)])

    @Test func append_anotherOffset_is409_withTheRightOne() {
        told(mismatch, .conflict, complete: "?1").check(
            409, ["Upload-Offset": "12500000", "Upload-Complete": "?0"], "4.4 Append")
        told(mismatch, .conflict, version: "3", complete: "?0").check(
            409, ["Upload-Offset": "12500000", "Upload-Incomplete": "?1"], "-01 §6")
    }

    @Test func problemType_mismatchingOffset_hasBothOffsets() {
        #expect(
            mismatch.json["type"] == "https://iana.org/assignments/http-problem-types#mismatching-upload-offset")
        #expect(mismatch.json["expected-offset"] == .int(12_500_000))
        #expect(mismatch.json["provided-offset"] == .int(25_000_000))
    }

    @Test func problemType_inconsistentLength() {
        #expect(
            Problem(.inconsistentLength, "…").json["type"]
                == "https://iana.org/assignments/http-problem-types#inconsistent-upload-length")
        #expect(Problem(.notFound, "…").json["type"] == "about:blank")
    }

    @Test func append_aPartThatFails_isNotComplete() {
        told(Problem(.inconsistentLength, "…"), .badRequest, complete: "?0").check(
            400, ["Upload-Complete": "?0"], "4.4 Append")
    }

    @Test func append_contentThatItsTargetRefuses_isComplete() {
        told(Problem(.digestMismatch, "…"), .unprocessableContent, complete: "?1").check(
            422, ["Upload-Complete": "?1"], "4.4 Append")
        told(Problem(.checksumMismatch, "…"), .unprocessableContent, complete: "?1").check(
            422, ["Upload-Complete": nil], "11.2 Content digests")
    }

    @Test func limits_tooLarge_is413_withThem() {
        told(Problem(.bodyTooLarge, "…"), .contentTooLarge).check(413, ["Upload-Limit": "max-size=9"], "4.1.4 Limits")
    }

    @Test func mediaType_anotherOne_is415_withTheOneThatIsTaken() {
        told(Problem(.unsupportedMediaType, "…"), .unsupportedMediaType).check(
            415, ["Accept-Patch": "application/partial-upload"], "RFC 5789 §2.2")
    }

    @Test func itsUploads_areIETF() {
        #expect(IETF().door == .ietf)
    }
}
