import BlockFormat
import PawlModel
import TestKit
import Testing

@Suite struct RecordTests {
    @Test(arguments: Vectors.records.records)
    func everyVector_isReadAndWrittenAsIs(vector: RecordVectors.Good) throws {
        let record = [UInt8](hex: vector.record)
        let header = try parsedAndVerified(record)
        #expect("\(header.kind)" == vector.kind)
        #expect("\(header.encoding)" == vector.encoding)
        #expect(header.id.hex == vector.id)
        #expect(header.rawLength == vector.rawLength)
        #expect(header.storedLength == vector.storedLength)
        #expect(header.recordLength == record.count)
        #expect(header.bytes == Array(record[..<64]))

        let raw = [UInt8](hex: vector.raw)
        let payload = Array(record[64...])
        switch header.encoding {
        case .raw:
            #expect(payload == raw)
            #expect(payload.withUnsafeBytes { .raw(header.kind, id: header.id, payload: $0) } == header)
        case .deflate:
            #expect(try payload.withUnsafeBytes { try Deflate.inflate($0, rawLength: raw.count) } == raw)
        }
        if header.kind == .pad { #expect(RecordHeader.pad(length: record.count) == header) }
    }

    @Test(arguments: Vectors.records.refused)
    func everyBadVector_isRefusedWithItsCode(vector: RecordVectors.Refused) throws {
        let code = try #require(FormatError.Code(rawValue: vector.code))
        #expect(throws: FormatError(code)) { try parsedAndVerified([UInt8](hex: vector.record)) }
    }

    @Test func aPad_endsOnTheAlignment() {
        for pad in Vectors.records.pads { #expect(RecordHeader.padLength(after: pad.end) == pad.length) }
        for end in Int64(0)...9000 {
            let length = RecordHeader.padLength(after: end)
            #expect((end + Int64(length)) % Int64(Limits.syncAlignment) == 0)
            #expect(length == 0 || length >= RecordHeader.byteCount)
            #expect(length < Limits.syncAlignment + RecordHeader.byteCount)
        }
    }

    @Test func everyPad_isReadBack() throws {
        for length in RecordHeader.byteCount..<(Limits.syncAlignment + RecordHeader.byteCount) {
            let header = RecordHeader.pad(length: length)
            let record = header.bytes + [UInt8](repeating: 0, count: length - RecordHeader.byteCount)
            #expect(try parsedAndVerified(record) == header)
        }
    }

    @Test func everyFlippedBit_isDetected() {
        for vector in Vectors.records.records {
            withEachBitFlipped(of: [UInt8](hex: vector.record)) { damaged, bit in
                #expect(throws: FormatError.self, "bit \(bit) of \(vector.name)") { try parsedAndVerified(damaged) }
            }
        }
    }

    @Test func everyTruncation_isAnError() {
        for vector in Vectors.records.records {
            let record = [UInt8](hex: vector.record)
            for length in 0..<record.count {
                #expect(throws: FormatError(.truncated)) { try parsedAndVerified(Array(record[..<length])) }
            }
        }
    }

    /// Any header that is read is written back as it was: there is one packed form.
    @Test func garbageWithARightChecksum_isRefusedOrReadExactly() throws {
        var random = SeededGenerator(seed: testSeed)
        let vectors = Vectors.records.records.map { Array([UInt8](hex: $0.record)[..<64]) }
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = vectors.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 6..<60, using: &random)] = UInt8.random(in: 0...3, using: &random)
            }
            bytes.repairChecksum(at: 60)
            guard let header = try? bytes.withUnsafeBytes({ try RecordHeader(parsing: $0) }) else { continue }
            readable += 1
            #expect(header.bytes == bytes, "seed \(testSeed)")
        }
        #expect(readable > 100)
    }

    @discardableResult
    private func parsedAndVerified(_ record: [UInt8]) throws -> RecordHeader {
        try record.withUnsafeBytes { bytes in
            let header = try RecordHeader(parsing: bytes)
            try header.verify(payload: UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...]))
            return header
        }
    }
}
