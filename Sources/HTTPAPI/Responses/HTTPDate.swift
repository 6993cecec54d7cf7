package import PawlModel

/// A date as HTTP headers have it (RFC 9110 §5.6.7): whole seconds.
package struct HTTPDate: Hashable, Comparable {
    /// At the beginning of a second.
    private let time: Timestamp

    package init(_ time: Timestamp) {
        let fraction = time.microseconds % 1_000_000
        self.time = Timestamp(microseconds: time.microseconds - (fraction < 0 ? fraction + 1_000_000 : fraction))
    }

    /// Reads all three forms: that of today, that of RFC 850 and that of asctime. Which day of the week it says does not
    /// matter.
    ///
    /// - Parameter now: A year of two digits is of the hundred years that end fifty years from now.
    init?(parsing text: String, now: Timestamp) {
        var words = text.split { " ,:-".contains($0) }.dropFirst().map(String.init)
        // asctime has the month before the day, and the year last.
        if words.count == 6 { words = [words[1], words[0], words[5], words[2], words[3], words[4], "GMT"] }
        guard words.count == 7, words[6] == "GMT", let month = Self.months.firstIndex(of: words[1]) else { return nil }
        let year = words[2].count == 2 ? Self.fullYear(words[2], now) : words[2]
        let clock = words[3...5].joined(separator: ":")
        guard let time = Timestamp("\(year)-\(Self.padded(month + 1))-\(Self.padded(words[0]))T\(clock)Z") else {
            return nil
        }
        self.time = time
    }

    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package var text: String {
        let parts = time.description.split { "-T:.".contains($0) }
        let day = Int((time.microseconds / 86_400_000_000 + 4) % 7)
        let month = Self.months[(Int(parts[1]) ?? 1) - 1]
        let clock = parts[3...5].joined(separator: ":")
        return "\(Self.weekdays[(day + 7) % 7]), \(parts[2]) \(month) \(parts[0]) \(clock) GMT"
    }

    package static func < (one: HTTPDate, other: HTTPDate) -> Bool { one.time < other.time }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static func padded(_ number: some CustomStringConvertible) -> String {
        let digits = number.description
        return digits.count < 2 ? "0" + digits : digits
    }

    private static func fullYear(_ digits: String, _ now: Timestamp) -> String {
        guard let now = Int(now.description.prefix(4)), let digits = Int(digits) else { return "" }
        let year = now / 100 * 100 + digits
        return String(year > now + 50 ? year - 100 : year)
    }
}
