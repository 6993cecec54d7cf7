import Foundation
import PawlModel

/// Numbers and times as people read them.
enum Text {
    /// `1.5 GiB`; whole bytes below a KiB.
    static func bytes(_ count: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : String(format: value < 10 ? "%.2f %@" : "%.1f %@", value, units[unit])
    }

    /// `16,384`.
    static func count(_ number: Int64) -> String {
        var digits = String(number)
        var place = digits.count - 3
        while place > (number < 0 ? 1 : 0) {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    /// `1 file`, `2 files`.
    static func count(_ number: Int64, _ noun: String, _ nouns: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? noun : nouns ?? noun + "s")"
    }

    /// `1.2 s`, `3 min 20 s`, `2 h 5 min`.
    static func seconds(_ seconds: Double) -> String {
        if seconds < 10 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// `2026-11-22 08:30`, in UTC.
    static func time(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        return String(time.description.prefix(16)).replacingOccurrences(of: "T", with: " ")
    }

    /// A short word with room behind it, so that what follows stands in a column.
    static func column(_ word: String) -> String {
        word + String(repeating: " ", count: max(1, 9 - word.count))
    }

    /// What came from elsewhere, safe for a terminal; `-` for nothing.
    static func plain(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "-" }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{fffd}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
