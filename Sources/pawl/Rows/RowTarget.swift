import ArgumentParser
import PawlModel

/// Which row is changed by its fields, and when.
struct RowTarget: ParsableArguments {
    @OptionGroup var row: RowArgument

    @Option(help: ArgumentHelp("Only if the row is still at this revision.", valueName: "number"))
    var revision: Int64?

    @Flag(help: .dryRun)
    var dryRun = false

    /// Throws when the row is changed by verbs only.
    var target: (schema: ResourceSchema, id: ResourceID) {
        get throws {
            let id = try row.id
            guard row.schema.history == .reversible else {
                throw ValidationError("\(row.schema.name) are changed by verbs only: see `pawl call --help`.")
            }
            return (row.schema, id)
        }
    }

    /// The same for a deletion: versions are never changed, and can be deleted.
    var deletionTarget: (schema: ResourceSchema, id: ResourceID) {
        get throws { row.schema.name == Version.schema.name ? (row.schema, try row.id) : try target }
    }
}
