/// One step of the schema, and the way back.
///
/// A migration that has been shipped is never edited: databases that hold it would differ from new ones for ever.
package struct Migration: Sendable {
    /// Counted from 1 on, without gaps.
    package var number: Int
    /// What it brings, in a few words.
    package var name: String
    /// What brings the step, one stage behind the other.
    package var up: [Stage]
    /// What leaves schema and content exactly as they were before `up`.
    package var down: [Stage]

    /// A part of a step that is done or not. One that is killed between two stages goes on with the next one.
    package enum Stage: Sendable {
        /// Statements, one in each string, in one transaction with foreign keys off; all references are checked before its
        /// commit.
        case once([String])
        /// Changes many rows, some in each transaction, so that it can be killed at any moment and tells how far it is.
        case batches(Batches)
    }

    package struct Batches: Sendable {
        /// How many rows are left: one number. When it is 0 the stage is done.
        package var rest: String
        /// Change some of them, and make fewer of them.
        package var statements: [String]

        package init(rest: String, _ statements: [String]) {
            self.rest = rest
            self.statements = statements
        }
    }

    /// A step that changes few rows: one transaction each way.
    package init(number: Int, name: String, up: [String], down: [String]) {
        self.init(number: number, name: name, upStages: [.once(up)], downStages: [.once(down)])
    }

    package init(number: Int, name: String, upStages: [Stage], downStages: [Stage]) {
        self.number = number
        self.name = name
        up = upStages
        down = downStages
    }
}
