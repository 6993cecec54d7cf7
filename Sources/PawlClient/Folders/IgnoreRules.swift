/// What the `.pawlignore` files on the way to a directory say, the innermost one last.
package struct IgnoreRules: Sendable {
    /// The name of the files; they are not pushed themselves.
    package static let fileName = ".pawlignore"
    /// Bytes of one such file: people write it.
    static let fileSizeMax = 1024 * 1024

    private var layers: [Layer] = []

    private struct Layer: Sendable {
        /// Segments of the path of the directory that the file is in.
        var depth: Int
        var patterns: [IgnorePattern]
    }

    package init() {}

    package var isEmpty: Bool { layers.isEmpty }

    /// Adds the file of a directory that lies deeper than those before.
    package mutating func add(_ text: String, depth: Int) {
        var text = text[...]
        // Written by an editor of Windows, it begins with a byte order mark.
        if text.first == "\u{feff}" { text.removeFirst() }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: true)
        let patterns = lines.compactMap { IgnorePattern(Substring($0)) }
        if !patterns.isEmpty { layers.append(Layer(depth: depth, patterns: patterns)) }
    }

    /// Whether a path is ignored, given that no directory on the way to it is: the last line that matches decides.
    package func ignores(_ path: String, isDirectory: Bool) -> Bool {
        guard !layers.isEmpty else { return false }
        let segments = path.unicodeScalars.split(separator: "/").map(Array.init)
        for layer in layers.reversed() {
            for pattern in layer.patterns.reversed()
            where pattern.matches(segments[layer.depth...], isDirectory: isDirectory) {
                return !pattern.isNegated
            }
        }
        return false
    }
}
