import ArgumentParser
import PawlModel

/// Which row is meant: `items itm_…`.
struct RowArgument: ParsableArguments {
    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Argument(help: ArgumentHelp("The row's id.", valueName: "id"))
    var idText: String

    var schema: ResourceSchema { resource.schema }

    /// Throws when it is an id of something else.
    var id: ResourceID {
        get throws {
            guard let id = ResourceID(idText, kind: schema.idPrefix) else {
                throw ValidationError(
                    "'\(idText)' is no id of \(schema.name): one is \(schema.idPrefix)_ with 26 letters and digits behind it."
                )
            }
            return id
        }
    }
}
