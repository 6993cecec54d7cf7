import PawlClient
import PawlModel
import TestKit
import Testing

/// How the client reads server-sent events.
struct ClientEventTests {
    private let text = """
        retry: 2000

        id: one

        :

        id: two
        event: assets.created
        data: {"a":"ä: b"}

        data
        data:second
        data: third

        event: nothing

        id:two
        : said in between
        data:  spaced


        data: without an end
        """

    private let expected: [ServerSentEvents.Message] = [
        .init(id: "one", name: "message", data: nil),
        .init(id: "two", name: "assets.created", data: #"{"a":"ä: b"}"#),
        .init(id: "two", name: "message", data: "\nsecond\nthird"),
        .init(id: "two", name: "message", data: " spaced"),
    ]

    /// Wherever a packet ends, and however the lines do.
    @Test(arguments: ["\n", "\r\n", "\r"]) func messages_areTheSame_howeverTheyAreCut(_ end: String) throws {
        let bytes = Array(text.replacing("\n", with: end).utf8)
        for size in 1...bytes.count {
            var events = ServerSentEvents()
            var met: [ServerSentEvents.Message] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                try events.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                while let message = events.next() { met.append(message) }
            }
            #expect(met == expected, "in parts of \(size)")
        }
    }

    @Test func endlessLine_isRefused() throws {
        var events = ServerSentEvents()
        #expect(throws: ClientError.self) {
            try events.append([UInt8](repeating: 65, count: Limits.eventSizeMax + 1))
        }
    }
}
