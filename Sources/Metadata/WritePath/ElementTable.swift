import PawlModel

/// The table of a list field: one row an element, known by the row it belongs to and its place in the list.
struct ElementTable {
    /// The field's name.
    let name: String
    private let list: RowList
    private let fields: [Field]
    private let inner: [ElementTable]
    /// Columns that say where an element stands: in the list, or in which element of the outer list and where in that.
    private let place: [String]

    init(_ list: RowList, of name: String, isInner: Bool = false) {
        self.name = name
        self.list = list
        fields = list.fields.filter { $0.list == nil }
        inner = list.fields.compactMap { field in
            field.list.map { ElementTable($0, of: field.name, isInner: true) }
        }
        place = isInner ? ["owner_position", "position"] : ["position"]
    }

    // MARK: Reading

    /// Gives each object its list.
    func attach(to objects: inout [JSONObject], in sql: any SQLConnection) throws {
        guard !objects.isEmpty else { return }
        let lists = try elements(of: objects.compactMap { $0.idText }, in: sql)
        for index in objects.indices {
            objects[index][name] = .array(lists[objects[index].idText ?? ""]?[[]] ?? [])
        }
    }

    /// The lists of some owners, by the place of the outer element, which is empty for an outer list.
    private func elements(
        of owners: [String], in sql: any SQLConnection
    ) throws -> [String: [[Int64]: [JSONValue]]] {
        var innerLists: [(name: String, lists: [String: [[Int64]: [JSONValue]]])] = []
        for table in inner { innerLists.append((table.name, try table.elements(of: owners, in: sql))) }
        var lists: [String: [[Int64]: [JSONValue]]] = [:]
        for row in try rows(of: owners, in: sql) {
            let owner = try row.text("owner_id")
            let position = try place.map { try row.integer($0) }
            var element: JSONObject = [:]
            for field in fields { element[field.name] = try field.jsonValue(row[field.name], in: list.table) }
            for (name, lists) in innerLists { element[name] = .array(lists[owner]?[position] ?? []) }
            let value = list.isBare ? element[list.fields[0].name] ?? .null : .object(element)
            lists[owner, default: [:]][position.dropLast(), default: []].append(value)
        }
        return lists
    }

    /// All elements of some owners, in order.
    private func rows(of owners: [String], in sql: any SQLConnection) throws -> [SQLRow] {
        var rows: [SQLRow] = []
        var rest = owners[...]
        while !rest.isEmpty {
            // One shape for a single row and one for pages, so that their texts stay compiled.
            let size = owners.count == 1 ? 1 : 64
            let batch = rest.prefix(size).map { SQLValue.text($0) }
            rest = rest.dropFirst(size)
            let marks = Array(repeating: "?", count: size).joined(separator: ", ")
            rows += try sql.rows(
                """
                SELECT owner_id, \((place + fields.map(\.column)).joined(separator: ", ")) FROM \(list.table)
                WHERE owner_id IN (\(marks)) ORDER BY owner_id, \(place.joined(separator: ", "))
                """,
                batch + Array(repeating: .null, count: size - batch.count))
        }
        return rows
    }

    // MARK: Writing

    func insert(_ row: JSONObject, in sql: any SQLConnection) throws {
        try insert(row[name], of: .text(row.idText), at: [], in: sql)
    }

    func replace(_ row: JSONObject, in sql: any SQLConnection) throws {
        let owner = SQLValue.text(row.idText)
        for table in [self] + inner {
            try sql.execute("DELETE FROM \(table.list.table) WHERE owner_id = ?", [owner])
        }
        try insert(row, in: sql)
    }

    private func insert(
        _ value: JSONValue?, of owner: SQLValue, at outer: [Int64], in sql: any SQLConnection
    ) throws {
        guard case .array(let elements)? = value else { return }
        let columns = ["owner_id"] + place + fields.map(\.column)
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        for (index, value) in elements.enumerated() {
            let element = list.isBare ? [list.fields[0].name: value] : value.object ?? [:]
            let position = outer + [Int64(index)]
            try sql.execute(
                "INSERT INTO \(list.table) (\(columns.joined(separator: ", "))) VALUES (\(marks))",
                [owner] + position.map { .integer($0) } + fields.map { $0.sqlValue(element[$0.name] ?? .null) })
            for table in inner { try table.insert(element[table.name], of: owner, at: position, in: sql) }
        }
    }
}
