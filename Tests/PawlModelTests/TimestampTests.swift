import Foundation
import PawlModel
import TestKit
import Testing

struct TimestampTests {
    @Test func everyWritableMoment_comesBack() {
        var generator = SeededGenerator(seed: testSeed)
        let range: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
        let edges = [range.lowerBound, range.upperBound, -1, 0, 1]
        for microseconds in edges + (0..<5000).map({ _ in Int64.random(in: range, using: &generator) }) {
            let time = Timestamp(microseconds: microseconds)
            #expect(Timestamp(time.description) == time, "\(microseconds), seed \(testSeed)")
        }
    }

    /// Every day from 1599 to 2401: all the rules of leap years, against Foundation's calendar.
    @Test func everyDay_isTheCalendars() {
        let day: Int64 = 86_400
        let style = Date.ISO8601FormatStyle(timeZone: .gmt)
        for number in stride(from: Int64(-135_508), through: 157_421, by: 13) {
            let text = Timestamp(microseconds: number * day * 1_000_000).description
            let expected = Date(timeIntervalSince1970: Double(number * day)).formatted(style)
            #expect(text.prefix(19) == expected.prefix(19))
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-00:30", 0), ("1970-01-01T00:00:00.1Z", 100_000),
        ("1970-01-01T00:00:00.123456789Z", 123_456), ("1969-12-31T23:59:59.999999Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func rfc3339_isRead(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-22", "2026-11-22T08:30:00", "2026-11-22 08:30:00Z", "2026-11-22T08:30Z",
        "2026-11-22T08:30:00.Z", "2026-11-22T08:30:00.1234567890Z", "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z",
        "2026-11-22T08:30:60Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-22T08:30:00+24:00", "2026-11-22T08:30:00+0100",
        "2026-11-22T08:30:00Z ", " 2026-11-22T08:30:00Z", "+2026-11-22T08:30:00Z", "2026-11-22T08:30:00ZZ",
        "２026-11-22T08:30:00Z", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01",
    ])
    func anythingElse_isRefused(_ text: String) {
        #expect(Timestamp(text) == nil)
    }
}
