import Foundation
import PawlModel

/// A date as HTTP headers write it (RFC 9110 §5.6.7).
struct HTTPDate {
    let text: String

    init(_ time: Timestamp) {
        let date = Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000)
        let style = Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .extended(minimumLength: 4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) GMT
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        text = date.formatted(style)
    }
}
