import TestKit

extension Wire {
    /// Takes the steps on one connection, and reads all the answers that come until the daemon closes it: those of
    /// requests that were sent one behind the other.
    func exchangeAll(_ steps: [Step]) async throws -> [WireAnswer] {
        try WireAnswer.all(in: try await exchangeBytes(steps))
    }
}

extension WireAnswer {
    /// Answers that follow each other, each with the length of its body.
    static func all(in bytes: [UInt8]) throws -> [WireAnswer] {
        var answers: [WireAnswer] = []
        var rest = bytes[...]
        while let end = headEnd(in: rest) {
            var answer = try WireAnswer(Array(rest[..<end]))
            let length = answer.status == 304 ? 0 : answer.headers["content-length"].flatMap { Int($0) } ?? 0
            guard rest.endIndex - end >= length else { throw ProcessError("an answer ends too early") }
            answer.body = Array(rest[end..<end + length])
            answers.append(answer)
            rest = rest[(end + length)...]
        }
        return answers
    }

    /// Where the body begins.
    private static func headEnd(in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + 4 <= bytes.endIndex {
            if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 {
                return index + 4
            }
            index += 1
        }
        return nil
    }
}
