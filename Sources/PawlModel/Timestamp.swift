/// A moment in UTC, in microseconds since 1970-01-01; RFC 3339 on the wire, an integer in rows.
public struct Timestamp: Hashable, Sendable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The same moment, later by a whole number of seconds.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 §5.6 with six digits of a second: `2026-11-22T08:30:00.000000Z`.
    public var description: String {
        let (days, inDay) = microseconds.flooringDivision(by: 86_400_000_000)
        let date = CivilDate(daysSince1970: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let seconds = inDay / 1_000_000
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
            + "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
            + "." + padded(inDay % 1_000_000, 6) + "Z"
    }

    /// From 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z, in seconds since 1970.
    private static let writableSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Reads RFC 3339 with any offset and up to nine digits of a second (those past six are dropped), or returns nil.
    public init?(_ text: some StringProtocol) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
            let second = scanner.number(2),
            hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var fraction: Int64 = 0
        if scanner.take(".") {
            guard let micros = scanner.fraction() else { return nil }
            fraction = micros
        }
        var offsetMinutes: Int64 = 0
        if !(scanner.take("Z") || scanner.take("z")) {
            let sign: Int64 = scanner.take("+") ? 1 : -1
            guard sign == 1 || scanner.take("-"), let hours = scanner.number(2), scanner.take(":"),
                let minutes = scanner.number(2), hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = sign * (hours * 60 + minutes)
        }
        guard scanner.isAtEnd else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
        // An offset can lead out of the years that four digits can write.
        guard Self.writableSeconds.contains(seconds) else { return nil }
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a time is written as in RFC 3339")
        }
        self = timestamp
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A day of the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March.
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init(daysSince1970 days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooringDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // 31 April survives the arithmetic as 1 May: a real date comes back as it went in.
        let back = CivilDate(daysSince1970: daysSince1970)
        guard back.month == month, back.day == day else { return nil }
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooringDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

private struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        rest = ArraySlice(text.utf8)
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest.removeFirst(width)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// One to nine digits of a second, as microseconds.
    mutating func fraction() -> Int64? {
        let digits = rest.prefix(while: { (48...57).contains($0) })
        guard (1...9).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        let six = (Array(digits) + Array(repeating: 48, count: 6)).prefix(6)
        return six.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder that is never negative.
    fileprivate func flooringDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
