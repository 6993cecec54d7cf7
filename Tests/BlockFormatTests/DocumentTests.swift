import BlockFormat
import Foundation
import PawlModel
import Testing

/// The examples that the documents print are those of the vectors.
@Suite struct DocumentTests {
    private let format = document("block-format.md")
    private let protocolText = document("block-protocol.md")

    @Test func theTable_isPrintedRight() {
        for (value, word) in Vectors.chunker.table { #expect(format.contains("|\(value)|`\(word)`|")) }
    }

    @Test func theCutsOfRandomBytes_arePrintedRight() throws {
        let vector = try #require(Vectors.chunker.cases.first { $0.name == "one mebibyte of random bytes" })
        let lengths = vector.lengths.map(String.init)
        #expect(format.contains(lengths.dropLast().joined(separator: ",") + "and" + lengths.last! + "bytes"))
    }

    @Test func theExamples_arePrintedRight() throws {
        let record = try #require(Vectors.records.records.first { $0.name == "a block of one byte" })
        #expect(format.contains(record.record))
        let manifest = try #require(Vectors.manifests.manifests.first { $0.name == "a file of one block" })
        #expect(format.contains(manifest.manifest))
        #expect(format.contains(manifest.root))
        #expect(protocolText.contains(manifest.root))
        let block = manifest.entries[0].blocks[0].reference
        #expect(protocolText.contains(HaveRequest(ids: [block.id]).encode().hex))
        #expect(protocolText.contains(HaveAnswer(missing: [true]).encode().hex))
        let gone = try #require(Vectors.journal.entries.first { $0.name == "a channel that is gone" })
        #expect(format.contains(gone.entry))
        #expect(format.contains(RootBuilder().finalize().hex))
        #expect(format.contains(TreeRootBuilder().finalize().hex))
    }

    @Test func everyCode_isExplained() {
        for code in FormatError.Code.allCases { #expect(format.contains("`\(code.rawValue)`")) }
    }

    /// The text of a document without white space, so that how a line is broken does not matter.
    private static func document(_ name: String) -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/" + name)
        // Without the document there is nothing to compare.
        return try! String(contentsOf: file, encoding: .utf8).filter { !$0.isWhitespace }
    }
}
