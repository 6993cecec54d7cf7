import BlockFormat
import PawlModel
import Testing

@Suite struct JournalEntryTests {
    @Test(arguments: Vectors.journal.entries) func theVectors_areReadAndWrittenAsIs(
        _ vector: JournalVectors.Good
    ) throws {
        let resource = try #require(JournalEntry.Resource.allCases.first { "\($0)" == vector.resource })
        let entry = JournalEntry(
            resource, id: try #require(ResourceID(vector.id)), row: Array(vector.row.utf8),
            manifest: [UInt8](hex: vector.manifest))
        #expect(entry.encode().hex == vector.entry)
        #expect(try JournalEntry(parsing: [UInt8](hex: vector.entry)) == entry)
    }

    @Test(arguments: Vectors.journal.refused) func aWrongEntry_isRefused(_ vector: JournalVectors.Refused) throws {
        let code = try #require(FormatError.Code(rawValue: vector.code))
        #expect(throws: FormatError(code)) { try JournalEntry(parsing: [UInt8](hex: vector.entry)) }
    }

    @Test func anEntryThatIsCutAnywhere_isRefused() throws {
        for vector in Vectors.journal.entries {
            let bytes = [UInt8](hex: vector.entry)
            for length in bytes.indices {
                #expect(throws: FormatError.self) { try JournalEntry(parsing: Array(bytes[..<length])) }
            }
        }
    }
}
