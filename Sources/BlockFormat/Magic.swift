/// The four ASCII bytes that begin a packed form, as one big-endian number.
///
/// They are followed by a version and a digest algorithm, one byte each: six bytes that every form has.
enum Magic: UInt32 {
    case record = 0x5057_4c52  // PWLR
    case segment = 0x5057_4c53  // PWLS
    case segmentTrailer = 0x5057_4c45  // PWLE
    case manifest = 0x5057_4c4d  // PWLM
    case manifestPage = 0x5057_4c50  // PWLP
    case entryPage = 0x5057_4c54  // PWLT
    case journalEntry = 0x5057_4c4a  // PWLJ
    case haveRequest = 0x5057_4c48  // PWLH
    case haveAnswer = 0x5057_4c42  // PWLB
    case exportEntry = 0x5057_4c58  // PWLX

    /// The version of all forms.
    static let version: UInt8 = 1
    /// The digest algorithm of all forms: 1 is SHA-256.
    static let algorithm: UInt8 = 1
}
