/// How far something with a time of its own is: a season, a live event.
public enum ScheduleState: String, Codable, Sendable, CaseIterable {
    /// In preparation; players do not see it.
    case draft
    /// Open when its time has come.
    case published
    case ended
}
