import ArgumentParser

/// A length of time as people write it: `90`, `90s`, `5m`, `12h`, `30d`.
struct Span: ExpressibleByArgument, CustomStringConvertible {
    var seconds: Int64

    init(seconds: Int64) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let factor = argument.last.flatMap { factors[$0] }
        let digits = factor == nil ? argument[...] : argument.dropLast()
        guard let count = Int64(digits), count >= 0, count <= 1_000_000_000 else { return nil }
        seconds = count * (factor ?? 1)
    }

    var duration: Duration { .seconds(seconds) }
    var description: String { "\(seconds)s" }
    var defaultValueDescription: String { description }
}
