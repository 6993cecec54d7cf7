import PawlModel

/// Which changes of a changeset cannot be taken back, each with a sentence that says why.
///
/// Not only those that nothing takes back: a row stays when another one that stays refers to it, such as an item that
/// was granted, and one does not come back when what it refers to does not.
struct ReversalObstacles {
    /// By change; nil for one that can be taken back.
    private(set) var sentences: [String?]

    /// - Parameter asksTime: Whether the time in which deleted rows come back may be over.
    init(of changes: [RowChange], _ reversal: RowReversal, asksTime: Bool) throws {
        sentences = Array(repeating: nil, count: changes.count)
        /// What stays, with a row that refers to it.
        var held: [String: String] = [:]
        var lost: Set<String> = []
        // In the order of a revert: who refers to a row comes before it, and whom a row refers to before that.
        for (place, change) in changes.enumerated().reversed() {
            var sentence = reversal.obstacle(to: change)
            if sentence == nil, asksTime { sentence = try reversal.lapse(of: change) }
            switch change.kind {
            case .created:
                let holder = held[change.rowID]
                if sentence != nil || holder != nil || reversal.leavesRow(of: change) {
                    for id in reversal.references(in: change.after, of: change) { held[id] = change.rowID }
                }
                if sentence == nil, let holder, reversal.removesRow(of: change) {
                    sentence = "\(change.rowID) of \(change.resource) stays: \(holder) refers to it, and stays."
                }
            case .deleted:
                let needed = reversal.references(in: change.before, of: change)
                if sentence == nil, let id = needed.first(where: lost.contains) {
                    sentence = "\(change.rowID) of \(change.resource) does not come back: it needs \(id)."
                }
                if sentence != nil { lost.insert(change.rowID) }
            case .updated: break
            }
            sentences[place] = sentence
        }
    }
}

extension [String] {
    /// Each of them once, where it stood first.
    var withoutRepeats: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
