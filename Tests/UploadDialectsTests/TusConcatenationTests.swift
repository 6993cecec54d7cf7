import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// What requests of tus 1.0.0 mean: Concatenation.
struct TusConcatenationTests {
    private static let offsetOctets = "application/offset+octet-stream"

    @Test(arguments: [
        RequestCase.takes(
            "Concatenation, a partial upload", .post, .creation, ["Upload-Length": "5", "Upload-Concat": "partial"],
            .create(
                .with {
                    $0.length = 5
                    $0.isPartial = true
                })),
        .takes(
            "Concatenation, a partial upload of a game", .post, .creation,
            ["Upload-Length": "5", "Upload-Concat": "partial", "Upload-Metadata": "game bXlnYW1l"],
            .create(
                .with {
                    $0.length = 5
                    $0.isPartial = true
                    $0.game = "mygame"
                    $0.note = "game bXlnYW1l"
                })),
        .takes(
            "Concatenation, in the order of the list", .post, .creation,
            ["Upload-Concat": "final;\(Routes.tus(Sample.other)) \(Routes.tus(Sample.upload))"],
            .join(
                [Sample.other, Sample.upload],
                .with { $0.note = "\nfinal;\(Routes.tus(Sample.other)) \(Routes.tus(Sample.upload))" })),
        .takes(
            "Concatenation, URLs are absolute or relative, and parts may repeat", .post, .creation,
            [
                "Upload-Concat":
                    "final; https://cdn.example.com/v1/tus/\(Sample.upload)?a=b  \(Sample.upload) ../tus/\(Sample.upload)/"
            ],
            .join(
                [Sample.upload, Sample.upload, Sample.upload],
                .with {
                    $0.note =
                        "\nfinal; https://cdn.example.com/v1/tus/\(Sample.upload)?a=b  \(Sample.upload) "
                        + "../tus/\(Sample.upload)/"
                })),
        .takes(
            "Concatenation, metadata comes with the final upload", .post, .creation,
            ["Upload-Concat": "final;/v1/tus/\(Sample.upload)", "Upload-Metadata": "asset bXlnYW1lL2E="],
            .join(
                [Sample.upload],
                .with {
                    $0.target = "mygame/a"
                    $0.note = "asset bXlnYW1lL2E=\nfinal;/v1/tus/\(Sample.upload)"
                })),
        .refuses(
            "Concatenation, a final upload has no Upload-Length", .post, .creation,
            ["Upload-Length": "5", "Upload-Concat": "final;/v1/tus/\(Sample.upload)"], .malformedRequest),
        .refuses(
            "Concatenation, nor a deferred one", .post, .creation,
            ["Upload-Defer-Length": "1", "Upload-Concat": "final;/v1/tus/\(Sample.upload)"], .malformedRequest),
        .refuses(
            "Concatenation, a final upload has no body", .post, .creation,
            [
                "Upload-Concat": "final;/v1/tus/\(Sample.upload)", "Content-Length": "5",
                "Content-Type": offsetOctets,
            ], .malformedRequest),
        .refuses("Concatenation, of something", .post, .creation, ["Upload-Concat": "final;"], .malformedRequest),
        .refuses(
            "Concatenation, URLs of uploads", .post, .creation, ["Upload-Concat": "final;/files/a"],
            .malformedRequest),
        .refuses("Concatenation, final or partial", .post, .creation, ["Upload-Concat": "whole"], .malformedRequest),
        .refuses("Concatenation, final has parts", .post, .creation, ["Upload-Concat": "final"], .malformedRequest),
    ])
    func concatenation(_ testCase: RequestCase) { testCase.check(Tus(), usual: ["Tus-Resumable": "1.0.0"]) }

    @Test func concatenation_isBounded() {
        let url = " /v1/tus/\(Sample.upload)"
        let most = RequestCase.refuses(
            "too many", .post, .creation,
            ["Upload-Concat": "final;" + String(repeating: url, count: Limits.joinedUploadsMax + 1)], .malformedRequest)
        most.check(Tus(), usual: ["Tus-Resumable": "1.0.0"])
    }
}
