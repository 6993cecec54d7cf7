extension TextRule {
    /// The rule as a regular expression for whoever checks by our documentation: the `pattern` of a JSON Schema.
    ///
    /// It keeps to what ECMA-262, PCRE and RE2 all understand, so there is no looking ahead. It never refuses what the
    /// rule takes; that of asset paths takes more, because normalization form C is not regular.
    public var pattern: String? {
        switch self {
        case .slug: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
        case .assetPath: "^" + Self.segment + "(/" + Self.segment + ")*$"
        case .channelName: "^[a-z0-9][a-z0-9._-]*$"
        case .mediaType: "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[ -~]*)?$"
        case .sku: "^[A-Za-z0-9][A-Za-z0-9._-]*$"
        case .snakeCase: "^[a-z][a-z0-9_]*$"
        case .email: #"^[^@\x00-\x20\x7f]+@[^@\x00-\x20\x7f]+$"#
        case .locale: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
        case .timeZone: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
        case .httpURL:
            #"^https?://([A-Za-z0-9._-]+|\["# + IPv6Text.pattern
                + #"\])(:[0-9]{1,5})?([/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?$"#
        case .secret: "^[!-~]{24,}$"
        case .sha256: "^[0-9a-f]{64}$"
        case .idempotencyKey: "^[ -~]*[!#-~][ -~]*$"
        case .entityTags: #"^(\*|[ ,]*(W/)?"[!#-+\--~]*"( *,[ ,]*(W/)?"[!#-+\--~]*")*[ ,]*)$"#
        }
    }

    /// A segment of a path: not empty, `.` or `..`, and without control characters and ':'.
    private static let segment =
        #"([^./:\x00-\x1f\x7f-\x9f]|\.[^./:\x00-\x1f\x7f-\x9f]|\.\.[^/:\x00-\x1f\x7f-\x9f])[^/:\x00-\x1f\x7f-\x9f]*"#
}
