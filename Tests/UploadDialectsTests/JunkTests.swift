import HTTPTypes
import PawlModel
import TestKit
import Testing
import UploadDialects

/// Heads that no client sends: whatever is in them, the answer is a command or a problem.
struct JunkTests {
    private static let names = [
        "Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Defer-Length", "Upload-Concat",
        "Upload-Checksum", "X-HTTP-Method-Override", "Upload-Complete", "Upload-Incomplete",
        "Upload-Draft-Interop-Version", "Content-Digest", "Repr-Digest", "Want-Repr-Digest", "Content-Disposition",
        "Content-Type", "Content-Length", "Content-Encoding",
    ].compactMap { HTTPField.Name($0) }

    /// Pieces of good values, so that some of the junk gets past the first check.
    private static let pieces = [
        "1.0.0", "?1", "?0", "3", "5", "6", "8", "0", "-1", "99999999999999999999", "application/partial-upload",
        "application/offset+octet-stream", "partial", "final;", " ", ",", ";", "=", ":", "\"", "'", "\\", "/", "%",
        "%e2",
        "UTF-8''", "filename", "filename*", "inline", "sha1", "sha256", "crc32", "sha-256", "sha-512", "YQ==", "=",
        "asset", "(", ")", "@1", "*", "\u{7f}", "é", "PATCH", "upl_00000000000000000000000007", "identity", "\t",
    ]

    @Test func anyHead_isACommandOrAProblem() {
        var generator = SeededGenerator(seed: testSeed)
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        var commands = 0
        for _ in 0..<30_000 {
            var headers = HTTPFields()
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let name = Self.names.randomElement(using: &generator)!
                headers.append(HTTPField(name: name, value: Self.value(using: &generator)))
            }
            if Bool.random(using: &generator) { headers[Self.names[0]] = "1.0.0" }
            let request = HTTPRequest(
                method: methods.randomElement(using: &generator)!, scheme: nil, authority: nil, path: "/",
                headerFields: headers)
            let dialects: [any UploadDialect] = [
                Tus(), Plain(), IETF(continuing: headers), IETF(creating: headers) ?? IETF(),
            ]
            for dialect in dialects {
                for place in [UploadPlace.creation, .upload] {
                    do throws(Problem) {
                        _ = try dialect.parse(request, at: place)
                        commands += 1
                    } catch {
                        _ = dialect.render(
                            error, to: request, over: HTTPResponse(status: .badRequest), limits: UploadLimits())
                    }
                }
            }
        }
        #expect(commands > 1000, "seed \(testSeed)")
    }

    private static func value(using generator: inout SeededGenerator) -> String {
        if Int.random(in: 0..<8, using: &generator) == 0 {
            return String(decoding: generator.bytes(Int.random(in: 0...40, using: &generator)), as: UTF8.self)
        }
        return (0..<Int.random(in: 0...5, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
            .joined()
    }
}
