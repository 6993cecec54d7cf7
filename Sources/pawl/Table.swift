/// Rows under a heading, each column as wide as its widest cell.
struct Table {
    private var rows: [[String]]

    init(_ heading: String...) {
        self.init(columns: heading)
    }

    init(columns heading: [String]) {
        rows = [heading]
    }

    mutating func add(_ cells: String...) {
        add(row: cells)
    }

    mutating func add(row cells: [String]) {
        precondition(cells.count == rows[0].count, "each row has a cell for each column")
        rows.append(cells)
    }

    var isEmpty: Bool { rows.count == 1 }

    /// Prints the table, or `whenEmpty` when it has no rows.
    func print(whenEmpty: String) {
        guard !isEmpty else { return Output.error(whenEmpty) }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, pair in
                // The last column needs no room behind it.
                let (cell, width) = pair
                return column == row.count - 1 ? cell : cell + String(repeating: " ", count: width - cell.count)
            }
            Output.line(cells.joined(separator: "  "))
        }
    }
}
