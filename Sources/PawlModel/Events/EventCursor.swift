/// Where reading the events begins.
public enum EventCursor: Hashable, Sendable {
    /// At the oldest event that is kept.
    case oldest
    /// With what happens from now on.
    case latest
    /// Behind an event.
    case after(ResourceID)

    /// Reads `oldest`, `latest` or an event's id, or returns nil.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "oldest": self = .oldest
        case "latest": self = .latest
        default:
            guard let id = ResourceID(text, kind: Event.idPrefix) else { return nil }
            self = .after(id)
        }
    }
}

extension EventCursor: CustomStringConvertible {
    public var description: String {
        switch self {
        case .oldest: "oldest"
        case .latest: "latest"
        case .after(let id): id.description
        }
    }
}

extension EventCursor: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let cursor = EventCursor(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a cursor is oldest, latest or an event's id")
        }
        self = cursor
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
