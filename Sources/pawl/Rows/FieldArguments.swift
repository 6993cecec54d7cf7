import ArgumentParser
import Foundation
import PawlClient
import PawlModel

/// The fields of a row or a verb, as a command line gives them: `--sku sword`, `--sku=sword`, `sku=sword`, or whole JSON
/// objects in a file.
struct FieldArguments: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "JSON: one object, a list of them, or one on each line; '-' reads standard input.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("The game it belongs to, in place of --game-id.", valueName: "slug"))
    var game: String?

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Fields, each as --NAME VALUE or NAME=VALUE; lists and objects as JSON, null to clear one.",
            valueName: "fields"))
    var fields: [String] = []

    /// The objects that are asked for: one, unless the file has several.
    ///
    /// - Parameter passedOver: Fields that rows of a file may have, as `pawl list --json` prints them, and nobody sets.
    func objects(
        _ declared: [Field], passingOver passedOver: [Field] = [], _ client: PawlClient
    ) async throws -> [JSONObject] {
        var common = try Self.object(of: fields, declared)
        if let game {
            guard declared.contains(where: { $0.name == "game_id" }) else {
                throw ValidationError("--game does not fit here: there is no field game_id.")
            }
            common["game_id"] = .string(try await client.game(game).id.description)
        }
        guard let file else { return [common] }
        let names = Set(passedOver.map(\.name)).subtracting(declared.map(\.name))
        return try Self.objects(in: file).map { row in
            row.filter { !names.contains($0.key) }.merging(common) { $1 }
        }
    }

    private static func objects(in file: String) throws -> [JSONObject] {
        try rows(of: try contents(of: file)).enumerated().map { index, row in
            guard let object = row?.object else {
                throw ClientError(
                    .unreadableFile, "Row \(index + 1) of '\(file)' is no JSON object.",
                    advice: "Look at what `pawl list --json` prints.")
            }
            return object
        }
    }

    /// The elements of a list, or else what stands on each line; nil for what is no JSON.
    private static func rows(of data: Data) -> [JSONValue?] {
        switch try? JSONValue(parsing: data) {
        case .array(let values): values
        case let value?: [value]
        case nil:
            data.split(separator: UInt8(ascii: "\n")).filter { line in !line.allSatisfy { $0 <= UInt8(ascii: " ") } }
                .map { try? JSONValue(parsing: $0) }
        }
    }

    private static func contents(of file: String) throws -> Data {
        do {
            return try file == "-"
                ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw ClientError(
                .unreadableFile, "'\(file)' cannot be read.", advice: "Name a file with JSON in it.", cause: error)
        }
    }

    private static func object(of arguments: [String], _ declared: [Field]) throws -> JSONObject {
        var object: JSONObject = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let word = argument.hasPrefix("--") ? argument.dropFirst(2) : argument[...]
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts[0].replacing("-", with: "_")
            guard let field = declared.first(where: { $0.name == name }) else {
                let names = declared.map(\.name).joined(separator: ", ")
                throw ValidationError("'\(argument)' is no field: those are \(names.isEmpty ? "none" : names).")
            }
            if parts.count == 2 {
                object[name] = try value(parts[1], of: field)
            } else if argument.hasPrefix("--"), let text = rest.popFirst() {
                object[name] = try value(text, of: field)
            } else {
                throw ValidationError("'\(argument)' has no value: write \(name)=VALUE.")
            }
        }
        return object
    }

    /// Text as the field's type has it. What cannot be read goes on as text, for the server says best what is wrong.
    private static func value(_ text: String, of field: Field) throws -> JSONValue {
        if text == "null" { return .null }
        switch field.type {
        case .text, .time, .reference, .choice: return .string(text)
        case .int: return Int64(text).map { .int($0) } ?? .string(text)
        case .bool: return Bool(text).map { .bool($0) } ?? .string(text)
        case .list(let element, _):
            if let json = try? JSONValue(parsing: text.utf8), case .array = json { return json }
            // Words with commas between them, where an element is a word.
            guard case .json = element else {
                return .array(text.split(separator: ",").map { .string(String($0)) })
            }
            return .string(text)
        case .json, .object, .rows:
            guard let json = try? JSONValue(parsing: text.utf8) else {
                throw ValidationError("\(field.name) is JSON, such as '{\"key\": 1}': '\(text)' is not.")
            }
            return json
        }
    }
}
