/// Why packed bytes could not be read: a stable code, a sentence for a person, and where it was.
///
/// Two errors are equal when their codes are, so that a test reads `#expect(error == .init(.truncated))`.
/// Nothing in it comes from the bytes but numbers, so it is safe to show to whoever sent them.
package struct FormatError: Error, Sendable {
    /// The stable codes. None is renamed or reused.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The bytes end before the form does.
        case truncated
        /// The form ends before the bytes do.
        case trailingBytes = "trailing_bytes"
        /// The first four bytes name another form, or none.
        case badMagic = "bad_magic"
        /// The form is of a version that this code does not know.
        case badVersion = "bad_version"
        /// The digest algorithm is not one that this code knows.
        case badAlgorithm = "bad_algorithm"
        /// A CRC-32 does not match the bytes that it covers.
        case badChecksum = "bad_checksum"
        /// A kind is not one of those that may stand there.
        case unknownKind = "unknown_kind"
        /// An encoding is not one of those that may stand there.
        case unknownEncoding = "unknown_encoding"
        /// A length or a count contradicts another one, or is too small.
        case badLength = "bad_length"
        /// A length or a count is over its bound.
        case tooLarge = "too_large"
        /// Bytes that must be zero are not.
        case notZero = "not_zero"
        /// A path or a link's target breaks a rule.
        case badPath = "bad_path"
        /// A name is not printable ASCII.
        case badName = "bad_name"
        /// Entries or offsets do not ascend.
        case badOrder = "bad_order"
        /// The stored bytes do not inflate to the raw length.
        case inflateFailed = "inflate_failed"
        /// The SHA-256 of the raw bytes is not the id.
        case digestMismatch = "digest_mismatch"
    }

    package var code: Code
    /// One sentence, in lower case and without a full stop.
    package var message: String
    /// The place in the parsed bytes, counted from their start, or nil when the error has none.
    package var offset: Int?

    package init(_ code: Code, _ message: String = "", at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }
}

extension FormatError {
    /// The same of an entry of a directory, counted from 0.
    func of(entry index: Int) -> FormatError {
        FormatError(code, "entry \(index): \(message)", at: offset)
    }
}

extension FormatError: Equatable {
    package static func == (left: FormatError, right: FormatError) -> Bool {
        left.code == right.code
    }
}

extension FormatError: CustomStringConvertible {
    package var description: String {
        var text = code.rawValue
        if !message.isEmpty { text += ": " + message }
        if let offset { text += " (at byte \(offset))" }
        return text
    }
}
