import Foundation

/// Base64 of RFC 4648 §4: with its padding, and nothing else between its letters.
enum Base64 {
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        Data(base64Encoded: String(text)).map(Array.init)
    }

    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
