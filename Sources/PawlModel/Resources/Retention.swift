/// Which versions of an asset go by themselves, and which stay.
///
/// A version stays when any of the rules holds it. One that a channel points at stays in any case, and so does the newest
/// one.
public struct Retention: Codable, Hashable, Sendable {
    /// The newest so many.
    public var keepLast: Int64
    /// Whether whatever a channel has ever pointed at stays.
    public var keepReleased: Bool
    /// Labels that hold a version, with `*` for any characters and `?` for one.
    public var keepLabels: [String]
    /// Seconds that every version stays after it was made.
    public var minAge: Int64

    public init(keepLast: Int64 = 1, keepReleased: Bool = true, keepLabels: [String] = [], minAge: Int64 = 0) {
        self.keepLast = keepLast
        self.keepReleased = keepReleased
        self.keepLabels = keepLabels
        self.minAge = minAge
    }

    enum CodingKeys: String, CodingKey {
        case keepLast = "keep_last"
        case keepReleased = "keep_released"
        case keepLabels = "keep_labels"
        case minAge = "min_age"
    }

    static let fields = [
        Field("keep_last", .int(1...1_000_000), isRequired: true, example: 10, help: "the newest so many stay"),
        Field("keep_released", .bool, default: true, help: "whatever a channel has ever pointed at stays"),
        Field(
            "keep_labels", .list(.text(max: 200), max: 32), default: [], example: ["release-*"],
            help: "labels that hold a version: * is any characters, ? one"),
        Field("min_age", .int(0...3_660 * 86_400), default: 0, help: "seconds that every version stays"),
    ]

    /// Whether a label holds a version.
    public func holds(label: String?) -> Bool {
        guard let label else { return false }
        return keepLabels.contains { LabelPattern($0).matches(label) }
    }
}

/// A pattern of labels: `*` stands for any characters, `?` for one, all others for themselves.
struct LabelPattern: Hashable, Sendable {
    private let pattern: [Character]

    init(_ text: String) {
        pattern = Array(text)
    }

    /// Takes time with the product of both lengths at most: each `*` is tried again from one place further on, and only the
    /// last one has to be.
    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (place, index) = (0, 0)
        var star: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, index)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[index] {
                place += 1
                index += 1
            } else if let last = star {
                star = (last.place, last.index + 1)
                (place, index) = (last.place + 1, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
