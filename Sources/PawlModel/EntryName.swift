import Foundation

/// The rules for the paths of entries: what every system that a build goes to can write under its name, and nothing that
/// leads out of the directory. Both ends ask: the client before it pushes a version, the server before it takes one.
public enum EntryName {
    /// What is wrong with a path by itself, as the end of a sentence that begins with it; nil when it keeps the rules.
    ///
    /// That two paths must not differ by case alone `EntryNames` finds.
    public static func violation(in path: String) -> String? {
        guard !path.isEmpty else { return "must not be empty" }
        guard path.utf8.count <= Limits.entryPathMax else {
            return "must not be longer than \(Limits.entryPathMax) bytes"
        }
        // Byte by byte: to a Character, a '/' with a combining mark behind it is another letter; to a disk it is not.
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments {
            if segment.isEmpty { return "must not begin or end with '/', nor contain '//'" }
            if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
                return "must not contain '.' or '..' as a segment"
            }
        }
        return violation(inNames: segments, of: path)
    }

    /// What is wrong with a link's target, as the end of a sentence that begins with it.
    ///
    /// Only its names are looked at here: that it stays inside is a rule of the manifest, which knows where the link is.
    public static func violation(inTarget target: String) -> String? {
        guard !target.isEmpty else { return "must not be empty" }
        guard target.utf8.count <= Limits.entryPathMax else {
            return "must not be longer than \(Limits.entryPathMax) bytes"
        }
        let names = target.utf8.split(separator: UInt8(ascii: "/")).filter {
            !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
        return violation(inNames: names, of: target)
    }

    /// What paths that differ by case alone have in common: full case folding, near enough (Unicode §3.13, which has no
    /// table in the standard library): down, up and down again, scalar by scalar, so that ß and SS, σ and ς meet.
    ///
    /// Two that only differ in how a letter is composed are equal as a `String` anyway.
    public static func folded(_ path: String) -> String {
        guard !path.utf8.allSatisfy({ $0 < 0x80 }) else {
            return String(decoding: path.utf8.map(lower), as: UTF8.self)
        }
        var folded = ""
        for scalar in path.unicodeScalars {
            // The Turkish dotless i is a letter of its own, and not I.
            guard scalar.value != 0x131 else {
                folded.unicodeScalars.append(scalar)
                continue
            }
            for low in scalar.properties.lowercaseMapping.unicodeScalars {
                for high in low.properties.uppercaseMapping.unicodeScalars {
                    folded += high.properties.lowercaseMapping
                }
            }
        }
        return folded
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    // MARK: Names

    private static func violation(inNames names: [Substring.UTF8View], of path: String) -> String? {
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }) else {
            return "must not contain control characters"
        }
        guard !path.utf8.contains(where: { #":\<>"|?*"#.utf8.contains($0) }) else {
            return #"must not contain any of : \ < > " | ? *"#
        }
        for name in names {
            guard name.count <= Limits.fileNameMax else {
                return "must not have a segment of more than \(Limits.fileNameMax) bytes"
            }
            guard name.last != UInt8(ascii: " "), name.last != UInt8(ascii: ".") else {
                return "must not have a segment that ends with a space or a dot: Windows drops them"
            }
            guard !isDevice(name) else {
                return "must not have a segment that names a device on Windows, such as CON, NUL or COM1"
            }
        }
        guard
            path.utf8.allSatisfy({ $0 < 0x80 })
                || path.unicodeScalars.elementsEqual(path.precomposedStringWithCanonicalMapping.unicodeScalars)
        else { return "must be in Unicode normalization form C" }
        return nil
    }

    /// Whether Windows takes a name for a device: whatever follows a dot or a space behind it.
    private static func isDevice(_ name: Substring.UTF8View) -> Bool {
        var stem = name.prefix { $0 != UInt8(ascii: ".") }
        while stem.last == UInt8(ascii: " ") { stem = stem.dropLast() }
        guard (3...7).contains(stem.count) else { return false }
        return devices.contains(String(decoding: stem.map(lower), as: UTF8.self))
    }

    /// Naming Files, Paths, and Namespaces (learn.microsoft.com); its superscript digits, too.
    private static let devices: Set<String> = {
        let ports = ["com", "lpt"].flatMap { port in "123456789¹²³".map { "\(port)\($0)" } }
        return Set(["con", "prn", "aux", "nul", "conin$", "conout$"] + ports)
    }()
}

/// Finds paths of one directory, or of any parents in it, that are different and fold to the same: where case does not
/// count, one would be written over the other.
///
/// Kept as a tree of names, so that what it holds grows with what was sent, and not with the depth of the paths too.
public struct EntryNames: Sendable {
    /// A name in a directory, as it is where case does not count.
    private struct Place: Hashable {
        /// The number of the directory; 0 for the root.
        var parent: Int
        var folded: String
    }

    /// Each name as it was admitted first, and its number.
    private var known: [Place: (number: Int, name: String)] = [:]

    public init() {}

    /// Whether there are more names, of directories on the way among them, than a version may have.
    public var isFull: Bool { known.count > Limits.entryNamesMax }

    /// Takes the next path, in any order; nil, or the earlier path that it cannot stand beside.
    public mutating func admit(_ path: String) -> String? {
        let bytes = path.utf8
        var parent = 0
        for segment in bytes.split(separator: UInt8(ascii: "/")) {
            let name = String(Substring(segment))
            let place = Place(parent: parent, folded: EntryName.folded(name))
            guard let there = known[place] else {
                known[place] = (known.count + 1, name)
                parent = known.count
                continue
            }
            // Scalar by scalar: two spellings of one letter are different paths.
            guard there.name.utf8.elementsEqual(name.utf8) else {
                return String(Substring(bytes[..<segment.startIndex])) + there.name
            }
            parent = there.number
        }
        return nil
    }
}
