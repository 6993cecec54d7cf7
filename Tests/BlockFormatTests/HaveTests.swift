import BlockFormat
import PawlModel
import Testing

@Suite struct HaveTests {
    private let vector = Vectors.have

    @Test func theVectors_areReadAndWrittenAsIs() throws {
        let request = HaveRequest(ids: vector.ids.map { Digest(hex: $0)! })
        #expect(request.encode().hex == vector.request)
        #expect(try HaveRequest(parsing: [UInt8](hex: vector.request)) == request)
        let answer = HaveAnswer(missing: vector.missing)
        #expect(answer.encode().hex == vector.answer)
        #expect(try HaveAnswer(parsing: [UInt8](hex: vector.answer), count: vector.ids.count) == answer)
    }

    @Test func aRequest_hasOneTo4096Ids() throws {
        let request = [UInt8](hex: vector.request)
        #expect(throws: FormatError(.badLength)) { try HaveRequest(parsing: Array(request[..<8])) }
        let ids = [Digest](repeating: Digest(sha256Of: [1]), count: Limits.haveCountMax)
        let full = HaveRequest(ids: ids).encode()
        #expect(try HaveRequest(parsing: full).ids == ids)
        #expect(throws: FormatError(.tooLarge)) { try HaveRequest(parsing: full + full.suffix(32)) }
    }

    @Test func aRequestThatIsCutInsideAnId_isRefused() {
        let request = [UInt8](hex: vector.request)
        for length in 0..<request.count where length < 8 || (length - 8) % 32 != 0 {
            #expect(throws: FormatError(.truncated)) { try HaveRequest(parsing: Array(request[..<length])) }
        }
    }

    @Test func everyCountAndBit_isReadBack() throws {
        for count in 0...40 {
            for marked in 0..<max(count, 1) {
                let answer = HaveAnswer(missing: (0..<count).map { $0 == marked })
                #expect(try HaveAnswer(parsing: answer.encode(), count: count) == answer)
            }
        }
    }

    @Test func anAnswerToAnotherRequest_isRefused() {
        let answer = [UInt8](hex: vector.answer)
        let count = vector.ids.count
        #expect(throws: FormatError(.badLength)) { try HaveAnswer(parsing: answer, count: count + 1) }
        #expect(throws: FormatError(.trailingBytes)) { try HaveAnswer(parsing: answer + [0], count: count) }
        for length in 0..<answer.count {
            #expect(throws: FormatError(.truncated)) { try HaveAnswer(parsing: Array(answer[..<length]), count: count) }
        }
    }

    @Test func spareBits_areZero() {
        var answer = [UInt8](hex: vector.answer)
        answer[answer.count - 1] |= 1
        #expect(throws: FormatError(.notZero)) { try HaveAnswer(parsing: answer, count: vector.ids.count) }
    }
}
