import Foundation
import TestKit
import Testing

/// docs/add-a-resource.md: its code is that of the files that it names.
struct QuotationTests {
    /// A file that is linked to, and the code that is shown from it, until the next link.
    private struct Quotation {
        var file: String
        var code: String
    }

    private func quotations() throws -> [Quotation] {
        let page = try String(contentsOfFile: PackageDirectory.path("docs/add-a-resource.md"), encoding: .utf8)
        var file = ""
        var quotations: [Quotation] = []
        for match in page.matches(of: /(?ms)\]\(\.\.\/(Sources\/[^)]+)\)|^```swift\n(.*?)^```$/) {
            if let path = match.1 { file = String(path) }
            if let code = match.2 { quotations.append(Quotation(file: file, code: String(code))) }
        }
        return quotations
    }

    @Test func code_standsInTheFileThatIsNamed() throws {
        let quotations = try quotations()
        #expect(quotations.count >= 5)
        for quotation in quotations {
            let text = try String(contentsOfFile: PackageDirectory.path(quotation.file), encoding: .utf8)
            #expect(text.contains(quotation.code), "\(quotation.file) has not:\n\(quotation.code)")
        }
    }
}
