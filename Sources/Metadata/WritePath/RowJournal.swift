/// What tells the rows from which a database can be rebuilt to a place beside it, after they are committed.
package protocol RowJournal: Sendable {
    /// Returns when all changes up to a sequence of `SegmentJournalRows` are told durably. Returns too when that cannot
    /// be done for now, because the disk is full or failed: the changes stand, and they are told later.
    func tell(upTo sequence: Int64) async
}
