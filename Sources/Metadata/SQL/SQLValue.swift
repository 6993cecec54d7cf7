package import PawlModel

/// One value that goes into a statement or comes out of a row.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    /// A truth value: engines without a boolean type keep 0 or 1.
    case boolean(Bool)
}

extension SQLValue {
    package static func id(_ id: ResourceID) -> SQLValue { .text(id.description) }
    package static func id(_ id: ResourceID?) -> SQLValue { id.map { .text($0.description) } ?? .null }
    package static func time(_ time: Timestamp) -> SQLValue { .integer(time.microseconds) }
    package static func digest(_ digest: Digest) -> SQLValue { .blob(digest.bytes) }
    package static func digest(_ digest: Digest?) -> SQLValue { digest.map { .blob($0.bytes) } ?? .null }
    package static func text(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    package static func integer(_ integer: Int) -> SQLValue { .integer(Int64(integer)) }
    package static func integer(_ integer: Int64?) -> SQLValue { integer.map { .integer($0) } ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }
}
