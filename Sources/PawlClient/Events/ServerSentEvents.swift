internal import PawlModel

/// Reads a stream of server-sent events (WHATWG HTML §9.2), however its bytes are cut.
package struct ServerSentEvents {
    package struct Message: Hashable, Sendable {
        /// The last id that was told, by this message or one before.
        package var id: String
        /// `message` unless the server said otherwise.
        package var name: String
        /// Nil for a message that only tells an id.
        package var data: String?

        package init(id: String, name: String, data: String?) {
            self.id = id
            self.name = name
            self.data = data
        }
    }

    /// The name of the message after which everything is to be read anew.
    static let reset = "reset"

    private var messages: [Message] = []
    private var line: [UInt8] = []
    private var lastWasReturn = false
    private var id = ""
    private var name = ""
    private var data: [String] = []
    private var hasID = false

    package init() {}

    /// Takes in bytes as they come; throws when one line is longer than any event.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws {
        for byte in bytes {
            let isFeedOfPair = lastWasReturn && byte == UInt8(ascii: "\n")
            lastWasReturn = byte == UInt8(ascii: "\r")
            if isFeedOfPair { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                endLine()
            } else {
                line.append(byte)
                guard line.count <= Limits.eventSizeMax else {
                    throw ClientError(
                        .badAnswer, "The server sent an event that is longer than any.",
                        advice: "See whether this is a Pawl server.")
                }
            }
        }
    }

    /// The next whole message, in order; nil when more bytes are needed.
    package mutating func next() -> Message? {
        messages.isEmpty ? nil : messages.removeFirst()
    }

    private mutating func endLine() {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endMessage() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        let field = String(decoding: line[..<(colon ?? line.count)], as: UTF8.self)
        var rest = colon.map { line[($0 + 1)...] } ?? []
        if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        let value = String(decoding: rest, as: UTF8.self)
        switch field {
        case "id" where !value.utf8.contains(0):
            id = value
            hasID = true
        case "event": name = value
        case "data": data.append(value)
        default: break
        }
    }

    private mutating func endMessage() {
        if hasID || !data.isEmpty {
            messages.append(
                Message(
                    id: id, name: name.isEmpty ? "message" : name,
                    data: data.isEmpty ? nil : data.joined(separator: "\n")))
        }
        name = ""
        data = []
        hasID = false
    }
}
