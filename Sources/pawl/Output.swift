import Foundation
import PawlModel

/// Lines for people and programs, each written at once.
enum Output {
    static func line(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    /// One JSON object on a line of its own.
    static func json(_ object: JSONObject) {
        line(JSONValue.object(object).text)
    }

    static func json(_ row: some Encodable) throws {
        line(try JSONValue(row).text)
    }

    static func error(_ text: String) {
        write(text + "\n", to: .standardError)
    }

    /// Without a line's end, for what is drawn over.
    static func drawing(_ text: String) {
        write(text, to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away, such as `head`, needs to be told nothing.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
