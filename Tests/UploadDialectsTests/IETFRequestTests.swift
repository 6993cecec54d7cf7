import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// What requests of draft-ietf-httpbis-resumable-upload mean; sections are those of its newest text.
struct IETFRequestTests {
    private static let partial = "application/partial-upload"

    private static func begun(_ end: NewPart.End, length: Int64? = nil) -> UploadCommand {
        .create(
            .with {
                $0.length = length
                $0.body = NewPart(length: length, end: end)
            })
    }

    private static func appended(_ offset: Int64, _ end: NewPart.End, length: Int64? = nil) -> UploadCommand {
        .append(NewPart(offset: offset, length: length, end: end))
    }

    @Test(arguments: [
        RequestCase.takes("4.1.4 Limits, OPTIONS discovers", .options, .creation, [:], .discover),
        .takes(
            "4.2 Creation, the whole content in one request", .post, .creation,
            ["Upload-Complete": "?1", "Content-Length": "100"], begun(.here, length: 100)),
        .takes(
            "4.2 Creation, any method with content", .put, .creation,
            ["Upload-Complete": "?1", "Upload-Length": "100"],
            begun(.here, length: 100)),
        .takes(
            "4.2 Creation, a first part", .post, .creation,
            ["Upload-Complete": "?0", "Content-Length": "25", "Upload-Length": "100"], begun(.later, length: 100)),
        .takes(
            "4.2 Creation, nothing yet, and no length", .post, .creation,
            ["Upload-Complete": "?0", "Content-Length": "0"], begun(.later)),
        .takes(
            "4.2 Creation, an empty content", .post, .creation, ["Upload-Complete": "?1", "Content-Length": "0"],
            begun(.here, length: 0)),
        .takes(
            "4.2 Creation, metadata of the representation", .post, .creation,
            [
                "Upload-Complete": "?0", "Content-Type": "audio/ogg",
                "Content-Disposition": "inline; filename=\"file name.jpg\"; filename*=UTF-8''f%C3%AFle%20name.jpg",
            ],
            .create(
                .with {
                    $0.mediaType = "audio/ogg"
                    $0.filename = "fïle name.jpg"
                    $0.body = NewPart(end: .later)
                })),
        .takes(
            "15 Security, metadata is not taken as it comes", .post, .creation,
            [
                "Upload-Complete": "?0", "Content-Type": "nonsense",
                "Content-Disposition": "attachment; filename=\"..\\\\..\\\\boot.ini\"",
            ],
            .create(
                .with {
                    $0.filename = "boot.ini"
                    $0.body = NewPart(end: .later)
                })),
        .refuses(
            "9 Content codings, an encoded content is not taken", .post, .creation,
            ["Upload-Complete": "?0", "Content-Encoding": "gzip"], .unsupportedMediaType),
        .takes(
            "9 Content codings, identity is none", .post, .creation,
            ["Upload-Complete": "?0", "Content-Encoding": "identity"], begun(.later)),
        .refuses(
            "4.2 Creation, of a whole content", .put, .creation,
            ["Upload-Complete": "?1", "Content-Range": "bytes 0-1/2"], .malformedRequest),
        .refuses(
            "4.1.3 Length, both indicators must agree", .post, .creation,
            ["Upload-Complete": "?1", "Content-Length": "99", "Upload-Length": "100"], .inconsistentLength),
        .takes(
            "4.1.3 Length, another type is ignored", .post, .creation,
            ["Upload-Complete": "?0", "Upload-Length": "\"100\""], begun(.later)),
        .takes(
            "4.1.3 Length, a negative one is ignored", .post, .creation,
            ["Upload-Complete": "?0", "Upload-Length": "-1"], begun(.later)),
        .refuses("4.2 Creation, not with GET", .get, .creation, ["Upload-Complete": "?1"], .methodNotAllowed),
    ])
    func creation(_ testCase: RequestCase) {
        testCase.check(IETF())
        testCase.check(IETF(continuing: [.interopVersion: "8"]))
        testCase.check(IETF(continuing: [.interopVersion: "6"]))
    }

    @Test(arguments: [
        RequestCase.takes("4.3 Offset retrieval, HEAD", .head, .upload, [:], .inspect),
        .takes("4.3 Offset retrieval, GET", .get, .upload, [:], .inspect),
        .takes("4.5 Cancellation, DELETE", .delete, .upload, [:], .cancel),
        .takes(
            "4.4 Append, a part", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0", "Content-Length": "5"],
            appended(20, .later)),
        .takes(
            "4.4 Append, the rest", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?1", "Content-Length": "5"],
            appended(20, .here, length: 25)),
        .takes(
            "4.4 Append, nothing, to complete it", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?1", "Content-Length": "0"],
            appended(20, .here, length: 20)),
        .takes(
            "4.4 Append, the rest of unknown length", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?1"], appended(20, .here)),
        .takes(
            "4.1.3 Length, it may come later", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0", "Upload-Length": "99"],
            appended(20, .later, length: 99)),
        .refuses(
            "4.1.3 Length, both indicators must agree", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?1", "Upload-Length": "99",
                "Content-Length": "5",
            ], .inconsistentLength),
        .refuses(
            "4.1.3 Length, of no more bytes than can be counted", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "999999999999999", "Upload-Complete": "?1",
                "Content-Length": "9223372036854775807",
            ], .inconsistentLength),
        .refuses(
            "7 Media type, another one", .patch, .upload,
            ["Content-Type": "application/octet-stream", "Upload-Offset": "20", "Upload-Complete": "?1"],
            .unsupportedMediaType),
        .refuses(
            "7 Media type, none", .patch, .upload, ["Upload-Offset": "20", "Upload-Complete": "?1"],
            .unsupportedMediaType),
        .refuses(
            "4.4 Append, the offset has to be there", .patch, .upload,
            ["Content-Type": partial, "Upload-Complete": "?1"], .malformedRequest),
        .refuses(
            "4.1.1 Offset, another type is ignored", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "?1", "Upload-Complete": "?1"], .malformedRequest),
        .refuses(
            "4.1.1 Offset, a negative one is ignored", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "-1", "Upload-Complete": "?1"], .malformedRequest),
        .refuses(
            "4.4 Append, completeness has to be there", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20"], .malformedRequest),
        .refuses(
            "4.1.2 Completeness, another type is ignored", .patch, .upload,
            ["Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "1"], .malformedRequest),
        .refuses("4 Upload resource, no other method", .put, .upload, [:], .methodNotAllowed),
    ])
    func upload(_ testCase: RequestCase) {
        testCase.check(IETF())
        testCase.check(IETF(continuing: [.interopVersion: "8"]))
        testCase.check(IETF(continuing: [.interopVersion: "6"]))
    }

    @Test(arguments: [
        RequestCase.takes(
            "11.2 Content-Digest", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0",
                "Content-Digest": "sha-256=:\(Sample.digestText):",
            ],
            .append(NewPart(offset: 20, end: .later, checksums: [Checksum(.sha256, Sample.digest.bytes)]))),
        .takes(
            "RFC 9530 §5, algorithms that are not known are ignored", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0",
                "Content-Digest": "md5=:AAAA:, unixsum=:AAAA:",
            ],
            appended(20, .later)),
        .takes(
            "RFC 9530 §2, a digest of another type is ignored", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0",
                "Content-Digest": "sha-256=\(Sample.digestText.dropLast())",
            ],
            appended(20, .later)),
        .refuses(
            "RFC 9530 §2, no content has such a digest", .patch, .upload,
            [
                "Content-Type": partial, "Upload-Offset": "20", "Upload-Complete": "?0",
                "Content-Digest": "sha-256=:AAAA:",
            ], .malformedRequest),
        .takes(
            "11.1 Repr-Digest", .post, .creation,
            ["Upload-Complete": "?0", "Repr-Digest": "sha-256=:\(Sample.digestText):"],
            .create(
                .with {
                    $0.sha256 = Sample.digest
                    $0.body = NewPart(end: .later)
                })),
        .takes(
            "11.1 Want-Repr-Digest", .post, .creation, ["Upload-Complete": "?0", "Want-Repr-Digest": "sha-256=1"],
            .create(
                .with {
                    $0.body = NewPart(end: .later, wantsDigest: true)
                })),
        .takes(
            "RFC 9530 §4, a weight of 0 is no wish", .post, .creation,
            ["Upload-Complete": "?0", "Want-Repr-Digest": "sha-256=0"], begun(.later)),
    ])
    func digests(_ testCase: RequestCase) { testCase.check(IETF()) }

    @Test func sha512_isACheckToo() throws {
        let value = Base64Text.zeros(64)
        let testCase = RequestCase.takes(
            "11.2 Content-Digest, both", .patch, .upload,
            [
                "Content-Type": Self.partial, "Upload-Offset": "0", "Upload-Complete": "?0",
                "Content-Digest": "sha-512=:\(value):, sha-256=:\(Sample.digestText):",
            ],
            .append(
                NewPart(
                    end: .later,
                    checksums: [
                        Checksum(.sha256, Sample.digest.bytes), Checksum(.sha512, [UInt8](repeating: 0, count: 64)),
                    ])))
        testCase.check(IETF())
    }

    // MARK: Older versions

    @Test(arguments: [
        RequestCase.takes(
            "-01 §4, Upload-Incomplete: ?0 is complete", .post, .creation,
            ["Upload-Incomplete": "?0", "Content-Length": "9"], begun(.here, length: 9)),
        .takes(
            "-01 §4, Upload-Incomplete: ?1 is not", .post, .creation,
            ["Upload-Incomplete": "?1", "Content-Length": "9"], begun(.later)),
        .takes(
            "-01 §6, a part of any type", .patch, .upload, ["Upload-Incomplete": "?1", "Upload-Offset": "9"],
            appended(9, .later)),
        .takes("-01 §6, what is not said is complete", .patch, .upload, ["Upload-Offset": "9"], appended(9, .here)),
        .refuses(
            "-01 §5, no offset is told where it is asked for", .head, .upload, ["Upload-Offset": "9"],
            .malformedRequest),
        .refuses(
            "-01 §7, nor where the upload is given up", .delete, .upload, ["Upload-Incomplete": "?0"],
            .malformedRequest),
    ])
    func version3(_ testCase: RequestCase) { testCase.check(IETF(continuing: [.interopVersion: "3"])) }

    @Test(arguments: [
        RequestCase.takes(
            "-03 §4, there is no Upload-Length yet", .post, .creation,
            ["Upload-Complete": "?0", "Upload-Length": "9"], begun(.later)),
        .takes(
            "-03 §6, a part of any type", .patch, .upload,
            ["Upload-Complete": "?1", "Upload-Offset": "9", "Content-Length": "1"], appended(9, .here, length: 10)),
        .refuses("-03 §6, completeness is said", .patch, .upload, ["Upload-Offset": "9"], .malformedRequest),
        .refuses(
            "-03 §5, no offset is told where it is asked for", .head, .upload, ["Upload-Offset": "9"],
            .malformedRequest),
        .refuses(
            "-03 §7, nor where the upload is given up", .delete, .upload, ["Upload-Complete": "?0"], .malformedRequest),
    ])
    func version5(_ testCase: RequestCase) { testCase.check(IETF(continuing: [.interopVersion: "5"])) }

    // MARK: Which dialect it is

    @Test(arguments: ["3", "5", "6", "8"])
    func draftVersions_areKnown(_ version: String) {
        let name = version == "3" ? "Upload-Incomplete" : "Upload-Complete"
        let headers: HTTPFields = [.interopVersion: version, HTTPField.Name(name)!: "?1"]
        #expect(IETF(creating: headers) != nil)
        #expect(IETF(continuing: headers).announcement(of: Sample.open()) != nil)
    }

    @Test(arguments: ["0", "2", "4", "7", "9", "100", "999999999999999"])
    func unknownVersions_arePlainUploads(_ version: String) {
        let headers: HTTPFields = [.interopVersion: version, HTTPField.Name("Upload-Complete")!: "?1"]
        #expect(IETF(creating: headers) == nil)
        #expect(IETF(continuing: headers) == IETF())
    }

    @Test func withoutAVersion_itIsTheNewestSpelling() {
        #expect(IETF(creating: [HTTPField.Name("Upload-Complete")!: "?0"]) == IETF())
        #expect(IETF(creating: [HTTPField.Name("Upload-Complete")!: "?0", .interopVersion: "\"8\""]) == IETF())
    }

    @Test func withoutCompleteness_itIsPlain() {
        #expect(IETF(creating: [:]) == nil)
        #expect(IETF(creating: [.interopVersion: "8"]) == nil)
        #expect(IETF(creating: [HTTPField.Name("Upload-Complete")!: "yes"]) == nil)
        #expect(IETF(creating: [HTTPField.Name("Upload-Complete")!: "?1", .interopVersion: "3"]) == nil)
    }
}

extension HTTPField.Name {
    static let interopVersion = Self("Upload-Draft-Interop-Version")!
}

/// Base64 for what the cases need of it.
enum Base64Text {
    static func zeros(_ count: Int) -> String {
        let letters = (count * 4 + 2) / 3
        return String(repeating: "A", count: letters) + String(repeating: "=", count: (4 - letters % 4) % 4)
    }
}
