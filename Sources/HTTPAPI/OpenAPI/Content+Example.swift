import PawlModel

extension Operation.Content {
    /// A valid value of it; nothing for what is no JSON.
    func example(_ direction: Direction) -> JSONObject {
        switch self {
        case .bytes, .text: [:]
        case .object(let fields, let rules): fields.example(direction, rules: rules)
        case .row(let schema): schema.rowFields.example(.answer, rules: schema.rules)
        case .rowWith(let schema, let more): (schema.rowFields + more).example(.answer, rules: schema.rules)
        case .creation(let schema): schema.fields.example(.request, rules: schema.rules)
        case .patch(let schema): schema.fields.patchExample
        case .page(let content): ["items": [.object(content.example(.answer))]]
        case .either(let content, _): content.example(direction)
        }
    }
}
