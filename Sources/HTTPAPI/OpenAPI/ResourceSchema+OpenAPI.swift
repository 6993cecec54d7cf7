import PawlModel

extension ResourceSchema {
    /// The name of one of them as a type, such as `PlayerLink` for `player_links`.
    var typeName: String {
        let singular =
            name.hasSuffix("ies") ? name.dropLast(3) + "y" : name.hasSuffix("ss") ? name[...] : name.dropLast()
        return singular.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// What a whole row has: the head, and the fields of its own.
    var rowFields: [Field] {
        Self.headFields.map { field in
            guard field.name == "id" else { return field }
            var id = field
            id.type = .reference(name)
            return id
        } + fields
    }
}
