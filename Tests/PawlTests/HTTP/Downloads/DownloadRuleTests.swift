import Foundation
import PawlModel
import TestKit
import Testing

/// Downloads, rule by rule: the section of the specification is in each test's name.
@Suite struct DownloadRuleTests {
    /// A version of 1,000 bytes in three blocks.
    private func withContent(_ body: (HTTPWorld, Version, [UInt8]) async throws -> Void) async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: 1)
            let blocks = [400, 500, 100].map { WireBlock(random.bytes($0)) }
            try await body(world, try await world.push(blocks), blocks.flatMap(\.bytes))
        }
    }

    // MARK: RFC 9110 §14

    @Test func rfc9110_14_1_2_rangesOfAThousandBytes() async throws {
        try await withContent { world, version, bytes in
            let cases: [(String, Int, String?)] = [
                ("bytes=0-0", 206, "bytes 0-0/1000"), ("bytes=0-999", 206, "bytes 0-999/1000"),
                ("bytes=500-", 206, "bytes 500-999/1000"), ("bytes=-1", 206, "bytes 999-999/1000"),
                ("bytes=-5000", 206, "bytes 0-999/1000"), ("bytes=999-5000", 206, "bytes 999-999/1000"),
                ("bytes=1000-", 416, "bytes */1000"), ("bytes=-0", 416, "bytes */1000"),
                ("bytes=2000-3000,5000-", 416, "bytes */1000"),
                // One satisfiable range is no multipart (§15.3.7.2).
                ("bytes=5-9,2000-3000", 206, "bytes 5-9/1000"), ("bytes=,,5-9, ,", 206, "bytes 5-9/1000"),
                ("BYTES=5-9", 206, "bytes 5-9/1000"),
                // Ignored (§14.2): what cannot be read, another unit, too many, and more bytes than there are.
                ("bytes=9-5", 200, nil), ("bytes=5-9,9-5", 200, nil), ("items=0-5", 200, nil),
                ("bytes= 5 - 9", 200, nil),
                ("bytes=0-998,0-998", 200, nil), ("bytes=0-,0-,0-,0-", 200, nil),
                ("bytes=" + (0...100).map { "\($0)-\($0)" }.joined(separator: ","), 200, nil),
            ]
            for (header, status, range) in cases {
                let answer = try await world.send(
                    "GET", Routes.content(ofVersion: version.id), headers: ["Range": header])
                #expect(answer.status == status && answer.headers["content-range"] == range, "\(header)")
                if status == 200 { #expect(answer.body == bytes, "\(header)") }
            }
        }
    }

    @Test func rfc9110_14_6_multipart_hasEachRangeInOrder() async throws {
        try await withContent { world, version, bytes in
            let path = Routes.content(ofVersion: version.id)
            let answer = try await world.send("GET", path, headers: ["Range": "bytes=900-909, 0-1,395-404"])
            #expect(answer.status == 206 && answer.headers["content-range"] == nil)
            let boundary = try #require(answer.headers["content-type"]?.split(separator: "boundary=").last)
            var expected: [UInt8] = []
            for range in [900...909, 0...1, 395...404] {
                expected += Array(
                    ("\r\n--\(boundary)\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
                        + "\(range.lowerBound)-\(range.upperBound)/1000\r\n\r\n").utf8)
                expected += bytes[range]
            }
            #expect(answer.body == expected + Array("\r\n--\(boundary)--\r\n".utf8))
            #expect(answer.headers["content-length"] == "\(answer.body.count)")
            #expect(!bytes.description.contains(boundary))
        }
    }

    @Test func rfc9110_14_1_2_emptyContent_hasNoBytesToRange() async throws {
        try await HTTPWorld.with { world in
            let path = Routes.content(ofVersion: try await world.push([]).id)
            for (header, status) in [("bytes=0-", 416), ("bytes=-1", 200), ("bytes=-0", 416), ("nonsense", 200)] {
                let answer = try await world.send("GET", path, headers: ["Range": header])
                #expect(answer.status == status, "\(header)")
                if status == 416 { #expect(answer.headers["content-range"] == "bytes */0") }
            }
        }
    }

    /// What rises and falls, and what overlaps, costs no more than the content itself.
    @Test func rfc9110_17_15_manyRanges_sendNoMoreThanTheWhole() async throws {
        try await withContent { world, version, bytes in
            for header in [
                "bytes=" + (0..<100).map { "\(99 - $0)-" }.joined(separator: ","),
                "bytes=" + (1...100).map { "-\(1001 - $0)" }.joined(separator: ","),
            ] {
                let answer = try await world.send(
                    "GET", Routes.content(ofVersion: version.id), headers: ["Range": header])
                #expect(answer.status == 200 && answer.body == bytes)
            }
        }
    }

    // MARK: RFC 9110 §13

    @Test func rfc9110_13_1_3_dates_inEveryForm() async throws {
        try await withContent { world, version, _ in
            let path = Routes.content(ofVersion: version.id)
            let date = try await world.lastModified(path)
            let later = [
                "Sun, 06 Nov 2095 08:49:37 GMT", "Sunday, 06-Nov-70 08:49:37 GMT", "Sun Nov  6 08:49:37 2095", date,
            ]
            let earlier = [
                "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            ]
            let wrong = ["", "today", "Sun, 31 Feb 2095 08:49:37 GMT", "Sun, 06 Nov 2095 24:00:00 GMT", "2095-11-06"]
            for (values, modified, unmodified) in [(later, 304, 200), (earlier, 200, 412), (wrong, 200, 200)] {
                for value in values {
                    let since = try await world.send("GET", path, headers: ["If-Modified-Since": value])
                    #expect(since.status == modified, "If-Modified-Since: \(value)")
                    let until = try await world.send("GET", path, headers: ["If-Unmodified-Since": value])
                    #expect(until.status == unmodified, "If-Unmodified-Since: \(value)")
                }
            }
        }
    }

    @Test func rfc9110_13_2_2_precedence() async throws {
        try await withContent { world, version, _ in
            let path = Routes.content(ofVersion: version.id)
            let etag = "\"\(version.root)\""
            let (past, future) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 2095 08:49:37 GMT")
            let cases: [([String: String], Int)] = [
                (["If-Match": etag, "If-Unmodified-Since": past], 200),
                (["If-Match": "\"x\"", "If-None-Match": etag], 412),
                (["If-Match": etag, "If-None-Match": etag], 304),
                (["If-None-Match": "\"x\"", "If-Modified-Since": future], 200),
                (["If-None-Match": "W/\(etag)", "If-Modified-Since": past], 304),
                (["If-Unmodified-Since": past, "If-Modified-Since": future], 412),
                (["If-Match": "W/\(etag)"], 412), (["If-Match": "*"], 200), (["If-None-Match": "*"], 304),
                (["If-None-Match": etag, "Range": "bytes=0-1"], 304),
                (["If-None-Match": etag, "Range": "bytes=5000-"], 304),
                (["If-Match": "\"x\"", "Range": "bytes=0-1"], 412),
                (["If-Range": etag, "Range": "bytes=0-1"], 206),
                (["If-Range": "W/\(etag)", "Range": "bytes=0-1"], 200),
                (["If-Range": "\"x\"", "Range": "bytes=5000-"], 200), (["If-Range": "\"x\""], 200),
                (["If-Range": future, "Range": "bytes=0-1"], 200),
            ]
            for method in ["GET", "HEAD"] {
                for (headers, status) in cases {
                    let answer = try await world.send(method, path, headers: headers)
                    // Range is defined for GET alone (§14.2).
                    let expected = method == "HEAD" && status == 206 ? 200 : status
                    #expect(answer.status == expected, "\(method) \(headers)")
                    if status == 304 {
                        #expect(answer.headers["etag"] == etag && answer.headers["cache-control"] != nil)
                        #expect(answer.headers["content-type"] == nil && answer.headers["repr-digest"] == nil)
                    }
                }
            }
        }
    }

    /// What an asset's URL shows may change twice in a second, so that a date does not say what a part is of.
    @Test func rfc9110_13_1_5_dateInIfRange_countsForAVersionAlone() async throws {
        try await withContent { world, version, _ in
            let paths = [Routes.content(ofVersion: version.id): 206, Routes.content(ofAsset: world.asset): 200]
            for (path, status) in paths {
                let date = try await world.lastModified(path)
                let answer = try await world.send("GET", path, headers: ["Range": "bytes=0-1", "If-Range": date])
                #expect(answer.status == status)
            }
        }
    }

    /// A channel that was rolled back shows an old version, and whoever has the newer one is told.
    @Test func rfc9110_8_8_2_channelThatMoves_isModified() async throws {
        try await HTTPWorld.with { world in
            let path = Routes.content(ofAsset: world.asset)
            let first = try await world.send("PUT", path + "?channel=live", Array("one".utf8))
            let old = try await world.lastModified(path + "?channel=live")
            _ = try await world.send("PUT", path + "?channel=live", Array("two".utf8))
            let channels = try await world.send("GET", "/v1/channels?filter=asset_id=%22\(world.asset)%22")
            guard case .array(let items)? = channels.json["items"], let channel = items.first?.object?["id"]?.string
            else { throw ProcessError(channels.text) }
            let rollback = try await world.send("POST", "/v1/channels/\(channel):rollback", json: [:])
            #expect(rollback.status == 200, "\(rollback.text)")
            let back = try await world.send("GET", path + "?channel=live")
            #expect(back.text == "one" && back.headers["etag"] == "\"\(first.json["root"]?.string ?? "")\"")
            let row = try await world.send("GET", "/v1/channels/\(channel)")
            let moved = try #require(row.json["updated_at"]?.string.flatMap { Timestamp($0) })
            let shown = try await world.lastModified(path + "?channel=live")
            #expect(try Self.seconds(shown) == moved.microseconds / 1_000_000)
            #expect(try Self.seconds(shown) >= Self.seconds(old))
        }
    }

    private static func seconds(_ date: String) throws -> Int64 {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return Int64(try #require(formatter.date(from: date)).timeIntervalSince1970)
    }

    // MARK: RFC 9110 §9.3.2

    @Test func rfc9110_9_3_2_head_hasTheHeadOfGet() async throws {
        try await withContent { world, version, _ in
            for path in [
                Routes.content(ofVersion: version.id), Routes.content(ofAsset: world.asset),
                Routes.metalink(ofVersion: version.id), Routes.metalink(ofAsset: world.asset),
            ] {
                if !path.hasSuffix("metalink") { _ = try await world.lastModified(path) }
                var (get, head) = (try await world.send("GET", path), try await world.send("HEAD", path))
                #expect(get.status == 200 && head.status == 200 && head.body.isEmpty)
                for name in ["date", "x-request-id", "ratelimit"] {
                    (get.headers[name], head.headers[name]) = (nil, nil)
                }
                #expect(get.headers == head.headers, "\(path)")
                #expect(head.headers["content-length"] == "\(get.body.count)")
            }
        }
    }
}
