import ArgumentParser
import PawlModel

/// A resource, named as in URLs: `items`, `player_links`, or `player-links`.
struct ResourceArgument: ExpressibleByArgument {
    let schema: ResourceSchema

    init?(argument: String) {
        let name = argument.replacing("-", with: "_")
        // Versions are not declared, but are read, deleted and taken back like rows.
        guard let schema = name == Version.schema.name ? Version.schema : Model.schema(named: name) else { return nil }
        self.schema = schema
    }

    static var allValueStrings: [String] { Model.schemas.map(\.name) + [Version.schema.name] }

    static let help = ArgumentHelp("The resource, such as items.", valueName: "resource")
}
