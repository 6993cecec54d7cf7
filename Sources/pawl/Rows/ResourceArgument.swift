import ArgumentParser
import PawlModel

/// A resource, named as in URLs: `items`, `player_links`, or `player-links`.
struct ResourceArgument: ExpressibleByArgument {
    let schema: ResourceSchema

    init?(argument: String) {
        guard let schema = Model.schema(named: argument.replacing("-", with: "_")) else { return nil }
        self.schema = schema
    }

    static var allValueStrings: [String] { Model.schemas.map(\.name) }

    static let help = ArgumentHelp("The resource, such as items.", valueName: "resource")
}
