internal import Foundation
internal import PawlModel

/// An asset by name: `GAME/ASSET`, split at the first `/`.
public struct AssetName: Hashable, Sendable, CustomStringConvertible {
    /// The game's slug.
    public let game: String
    /// The asset's path in the game, in Unicode normalization form C.
    public let path: String

    /// Reads `GAME/ASSET`. What cannot be a name is refused here, before anything is sent.
    public init(_ text: String) throws {
        guard let slash = text.firstIndex(of: "/") else {
            throw ClientError(
                .badName, "'\(text)' does not name an asset.", advice: "Write GAME/ASSET, such as mygame/builds/win64.")
        }
        try self.init(game: String(text[..<slash]), path: String(text[text.index(after: slash)...]))
    }

    public init(game: String, path: String) throws {
        let path = path.precomposedStringWithCanonicalMapping
        try Self.check(game, as: "slug", of: Game.schema, called: "The game's name")
        try Self.check(path, as: "path", of: Asset.schema, called: "The asset's path")
        self.game = game
        self.path = path
    }

    public var description: String { "\(game)/\(path)" }

    /// The last segment of the path: what a file of it is called in a directory.
    public var lastSegment: String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Holds a value to the declaration that the server holds it to.
    static func check(_ text: String, as field: String, of schema: ResourceSchema, called name: String) throws {
        var violations: [Problem.Violation] = []
        schema[field: field]?.type.check(.string(text), at: field, into: &violations)
        guard let violation = violations.first else { return }
        let shown = text.unicodeScalars.count > 80 ? text.prefix(60) + "…" : text[...]
        throw ClientError(
            .badName, "\(name) '\(shown.withoutControls)' \(violation.detail).", advice: "Correct it and try again.")
    }
}

/// One version of an asset: `GAME/ASSET`, `GAME/ASSET@N` or `GAME/ASSET:CHANNEL`.
public struct VersionName: Hashable, Sendable, CustomStringConvertible {
    public let asset: AssetName
    public let selector: Selector

    public enum Selector: Hashable, Sendable {
        /// The newest version that is ready.
        case newest
        case number(Int64)
        case channel(String)
    }

    public init(_ asset: AssetName, _ selector: Selector = .newest) {
        self.asset = asset
        self.selector = selector
    }

    /// No path contains `:` or ends in `@` and digits, so a name can be read in one way only.
    public init(_ text: String) throws {
        if let colon = text.lastIndex(of: ":") {
            let channel = String(text[text.index(after: colon)...])
            try AssetName.check(channel, as: "name", of: Channel.schema, called: "The channel's name")
            self.init(try AssetName(String(text[..<colon])), .channel(channel))
        } else if let at = text.lastIndex(of: "@"), let number = Self.number(text[text.index(after: at)...]) {
            self.init(try AssetName(String(text[..<at])), .number(number))
        } else {
            self.init(try AssetName(text))
        }
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(digits)
    }

    public var description: String {
        switch selector {
        case .newest: asset.description
        case .number(let number): "\(asset)@\(number)"
        case .channel(let channel): "\(asset):\(channel)"
        }
    }
}

extension StringProtocol {
    /// Safe to print: a name may have come from anywhere.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "\u{fffd}" : $0 }))
    }
}
