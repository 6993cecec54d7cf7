import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

/// Thousands of random requests, each answered as the plain reference in `RangeCase` says: status, bytes and header
/// fields.
struct RandomRangeTests {
    private static let count = 10_000
    private static let perConnection = 100

    @Test func randomRequests_areAnsweredAsTheReferenceSays() async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: testSeed)
            // Block lengths: tiny ones, ordinary ones, and one that no answer is held in memory for.
            let shapes: [(count: Int, lengths: ClosedRange<Int>)] = [
                (1, 1...1), (90, 1...300), (30, 1...40_000), (20, 60_000...250_000),
            ]
            var contents: [Content] = [try await Content(world, blocks: [])]
            for shape in shapes {
                let blocks = (0..<shape.count).map { _ in
                    WireBlock(random.bytes(Int.random(in: shape.lengths, using: &random)))
                }
                contents.append(try await Content(world, blocks: blocks))
            }
            for _ in 0..<Self.count / Self.perConnection {
                // The large one seldom, for its bytes take their time.
                let content = contents[min(Int.random(in: 0..<60, using: &random) / 14, 4)]
                let cases = (0..<Self.perConnection).map { _ in
                    RangeCase(size: content.bytes.count, etag: content.etag, date: content.date, &random)
                }
                let answers = try await content.answers(to: cases, world)
                try #require(answers.count == cases.count, "seed \(testSeed)")
                for (rangeCase, answer) in zip(cases, answers) {
                    let mistakes = content.mistakes(in: answer, to: rangeCase)
                    #expect(mistakes == [], "\(rangeCase), \(content.bytes.count) bytes, seed \(testSeed)")
                }
            }
        }
    }

    /// A version and its bytes.
    private struct Content {
        let bytes: [UInt8]
        let version: Version
        let etag: String
        let date: String

        init(_ world: HTTPWorld, blocks: [WireBlock]) async throws {
            bytes = blocks.flatMap(\.bytes)
            version = try await world.push(blocks)
            etag = "\"\(version.root)\""
            date = try await world.lastModified(Routes.content(ofVersion: version.id))
        }

        /// The answers of one connection on which all requests are sent at once.
        func answers(to cases: [RangeCase], _ world: HTTPWorld) async throws -> [WireAnswer] {
            var heads: [UInt8] = []
            for (index, rangeCase) in cases.enumerated() {
                var head = String(
                    decoding: world.head("GET", Routes.content(ofVersion: version.id), rangeCase.headers), as: UTF8.self
                )
                if index < cases.count - 1 { head = head.replacing("Connection: close\r\n", with: "") }
                heads += Array(head.utf8)
            }
            return try await world.wire.exchangeAll([.send(heads)])
        }

        /// All that is not as it should be.
        func mistakes(in answer: WireAnswer, to rangeCase: RangeCase) -> [String] {
            var mistakes: [String] = []
            func hold(_ holds: Bool, _ text: String) { if !holds { mistakes.append(text) } }
            func header(_ name: String, _ value: String?) {
                hold(
                    answer.headers[name] == value, "\(name): \(answer.headers[name] ?? "none"), not \(value ?? "none")")
            }
            let size = bytes.count
            let type = MediaType.octets
            let (status, body, range, mediaType): (Int, [UInt8]?, String?, String?) =
                switch rangeCase.expectation {
                case .whole: (200, bytes, nil, type)
                case .notModified: (304, [], nil, nil)
                case .failed: (412, nil, nil, MediaType.problem)
                case .unsatisfiable: (416, nil, "bytes */\(size)", MediaType.problem)
                case .part(let range):
                    (206, Array(bytes[range]), "bytes \(range.lowerBound)-\(range.upperBound)/\(size)", type)
                case .parts(let ranges):
                    (206, multipart(ranges, boundary: answer.boundary), nil, answer.headers["content-type"])
                }
            hold(answer.status == status, "status \(answer.status), not \(status)")
            header("content-range", range)
            header("content-type", mediaType)
            if let body {
                hold(answer.body == body, "\(answer.body.count) other bytes than the \(body.count) of the content")
            }
            if status != 304 { header("content-length", "\(answer.body.count)") }
            guard status < 400 else { return mistakes }
            header("etag", etag)
            header("last-modified", date)
            header("cache-control", "private, max-age=31536000, immutable")
            header("accept-ranges", status == 304 ? nil : "bytes")
            header("content-digest", status == 206 ? digest(of: answer.body) : nil)
            if case .parts = rangeCase.expectation {
                hold(
                    answer.headers["content-type"]?.hasPrefix("multipart/byteranges; boundary=") == true, "no multipart"
                )
            }
            return mistakes
        }

        private func digest(of body: [UInt8]) -> String? {
            guard body.count <= Limits.contentDigestMax else { return nil }
            return "sha-256=:\(Data(Digest(sha256Of: body).bytes).base64EncodedString()):"
        }

        private func multipart(_ ranges: [ClosedRange<Int>], boundary: String) -> [UInt8] {
            ranges.flatMap { range in
                let head =
                    "\r\n--\(boundary)\r\nContent-Type: \(MediaType.octets)\r\nContent-Range: bytes "
                    + "\(range.lowerBound)-\(range.upperBound)/\(bytes.count)\r\n\r\n"
                return Array(head.utf8) + bytes[range]
            } + Array("\r\n--\(boundary)--\r\n".utf8)
        }
    }
}

extension WireAnswer {
    /// Of a multipart body.
    fileprivate var boundary: String {
        headers["content-type"]?.firstMatch(of: /boundary=(.+)$/).map { String($0.1) } ?? ""
    }
}
