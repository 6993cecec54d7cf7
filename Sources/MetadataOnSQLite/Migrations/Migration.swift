/// One step of the schema, and the way back.
///
/// A migration that has been shipped is never edited: databases that hold it would differ from new ones for ever.
package struct Migration: Sendable {
    /// Counted from 1 on, without gaps.
    package var number: Int
    /// What it brings, in a few words.
    package var name: String
    /// Statements, one in each string, that bring the step. They run in one transaction with foreign keys off, and
    /// all references are checked before its commit.
    package var up: [String]
    /// Statements that leave schema and content exactly as they were before `up`.
    package var down: [String]

    package init(number: Int, name: String, up: [String], down: [String]) {
        self.number = number
        self.name = name
        self.up = up
        self.down = down
    }
}
