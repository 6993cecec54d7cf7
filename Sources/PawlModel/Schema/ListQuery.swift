/// What a list is asked for: `filter` (AIP-160's `field op value` joined by AND), `order_by`, and a page.
public struct ListQuery: Hashable, Sendable {
    public var conditions: [Condition] = []
    /// The field to order by; ties are broken by id.
    public var order = Order(field: "id", isDescending: false)
    public var pageSize = Limits.pageSizeDefault
    /// Where the page before ended.
    public var after: Position?

    public init() {}

    public struct Condition: Hashable, Sendable, Codable {
        public var field: String
        public var comparison: Comparison
        public var value: JSONValue
    }

    public enum Comparison: String, Hashable, Sendable, Codable, CaseIterable {
        case lessOrEqual = "<=", greaterOrEqual = ">=", notEqual = "!=", equal = "=", less = "<", greater = ">"
    }

    public struct Order: Hashable, Sendable, Codable {
        public var field: String
        public var isDescending: Bool
    }

    /// The last row of a page: its value of the order's field, and its id.
    public struct Position: Hashable, Sendable, Codable {
        public var value: JSONValue
        public var id: ResourceID

        public init(value: JSONValue, id: ResourceID) {
            self.value = value
            self.id = id
        }
    }
}

extension ListQuery {
    /// Reads the query parameters of a list of `schema`; throws `malformed_query` with every violation.
    public init(
        filter: String?, orderBy: String?, pageSize: String?, pageToken: String?, of schema: ResourceSchema
    ) throws(Problem) {
        var violations: [Problem.Violation] = []
        let fields = (ResourceSchema.headFields + schema.fields).filter(\.isFilterable)
        if let filter, !filter.allSatisfy(\.isWhitespace) {
            conditions = Self.conditions(in: filter, of: fields, into: &violations)
        }
        if let orderBy {
            let words = orderBy.split(separator: " ")
            let fields = fields.filter(\.isOrderable)
            let names = fields.map(\.name).joined(separator: ", ")
            if let name = words.first, fields.contains(where: { $0.name == name }),
                words.count == 1 || words.count == 2 && ["asc", "desc"].contains(words[1])
            {
                order = Order(field: String(name), isDescending: words.last == "desc")
            } else {
                violations.append(.init("?order_by", "must be one of \(names), with or without 'desc' behind it"))
            }
        }
        if let pageSize {
            if let size = Int(pageSize), (1...Limits.pageSizeMax).contains(size) {
                self.pageSize = size
            } else {
                violations.append(.init("?page_size", "must be from 1 to \(Limits.pageSizeMax)"))
            }
        }
        if let pageToken {
            if let token = PageToken(pageToken), token.resource == schema.name, token.conditions == conditions,
                token.order == order
            {
                after = token.position
            } else {
                violations.append(.init("?page_token", "is not one of this list: begin at the first page"))
            }
        }
        guard violations.isEmpty else {
            throw Problem(.malformedQuery, "\(violations[0].pointer) \(violations[0].detail).", violations: violations)
        }
    }

    private static func conditions(
        in filter: String, of fields: [Field], into violations: inout [Problem.Violation]
    ) -> [Condition] {
        var scanner = FilterScanner(filter)
        var conditions: [Condition] = []
        let names = fields.map(\.name).joined(separator: ", ")
        while true {
            guard let name = scanner.word(), let field = fields.first(where: { $0.name == name }) else {
                violations.append(.init("?filter", "must begin each condition with one of \(names)"))
                return []
            }
            guard let comparison = scanner.comparison() else {
                violations.append(.init("?filter", "must be written like \(name)=\"value\", joined by AND"))
                return []
            }
            guard let value = value(of: field, comparison, &scanner, into: &violations) else { return [] }
            conditions.append(Condition(field: name, comparison: comparison, value: value))
            if scanner.isAtEnd { break }
            guard scanner.word() == "AND", conditions.count < Limits.filterConditionsMax else {
                violations.append(.init("?filter", "joins at most \(Limits.filterConditionsMax) conditions by AND"))
                return []
            }
        }
        return conditions
    }

    /// What a field is compared with: `null` too, where it may be that and is compared for equality.
    private static func value(
        of field: Field, _ comparison: Comparison, _ scanner: inout FilterScanner,
        into violations: inout [Problem.Violation]
    ) -> JSONValue? {
        if field.isNullable, [.equal, .notEqual].contains(comparison), scanner.null() { return .null }
        guard let text = scanner.value() else {
            violations.append(.init("?filter", "must be written like \(field.name)=\"value\", joined by AND"))
            return nil
        }
        guard let value = field.type.literal(text) else {
            violations.append(.init("?filter", "compares \(field.name) with a value of another type"))
            return nil
        }
        return value
    }

    /// The opaque token of the page after `position`, in the list of `schema`.
    public func token(after position: Position, of schema: ResourceSchema) -> String {
        PageToken(resource: schema.name, conditions: conditions, order: order, position: position).text
    }
}
