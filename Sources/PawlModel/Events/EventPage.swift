/// A page of events, and where to go on.
public struct EventPage: Codable, Hashable, Sendable {
    /// The oldest first. A page may be empty although there is more: few events match a filter.
    public var items: [Event]
    /// What to ask for next time, also when there is nothing new yet.
    public var nextAfter: EventCursor
    /// Whether asking again at once brings more.
    public var hasMore: Bool

    enum CodingKeys: String, CodingKey {
        case items
        case nextAfter = "next_after"
        case hasMore = "has_more"
    }
}
