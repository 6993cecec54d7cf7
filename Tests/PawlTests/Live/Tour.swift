import Foundation
import TestKit
import Testing

/// A text of docs/ whose commands can be run from top to bottom in one shell.
///
/// Its ```` ```sh ```` blocks are steps. A ```` ```text ```` block behind one shows what it prints: `…` in a line stands
/// for anything, and a line of `…` alone for any lines.
struct Tour {
    struct Step {
        var commands: String
        /// Nil when the text does not show it.
        var output: [String]?
    }

    var steps: [Step] = []

    init(_ file: String) throws {
        let text = try String(contentsOfFile: PackageDirectory.path(file), encoding: .utf8)
        for block in text.matches(of: /(?ms)^```(sh|text)\n(.*?)^```$/) {
            if block.1 == "sh" {
                steps.append(Step(commands: String(block.2)))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output = Self.lines(of: String(block.2))
            }
        }
    }

    /// One program of all steps, which says before each of them that it begins.
    var script: String {
        let parts = steps.enumerated().map { "echo '\(Self.mark(before: $0.offset))'\n\($0.element.commands)" }
        return "exec 2>&1\n" + parts.joined()
    }

    /// What each step printed, of those that were begun.
    func outputs(in printed: String) -> [[String]] {
        steps.indices.compactMap { step in
            guard let begin = printed.firstRange(of: Self.mark(before: step) + "\n") else { return nil }
            let rest = printed[begin.upperBound...]
            let end = rest.firstRange(of: Self.mark(before: step + 1))?.lowerBound ?? rest.endIndex
            return Self.lines(of: String(rest[..<end]))
        }
    }

    /// Whether lines are what a text says that they are.
    static func matches(_ lines: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return lines.isEmpty }
        if first == "…" {
            return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], shown.dropFirst()) }
        }
        guard let line = lines.first, isMatch(line[...], first.components(separatedBy: "…")) else { return false }
        return matches(lines.dropFirst(), shown.dropFirst())
    }

    /// Whether a line has these parts one after the other, the first at its start and the last at its end.
    private static func isMatch(_ line: Substring, _ parts: [String]) -> Bool {
        guard parts.count > 1 else { return line == parts[0] }
        guard line.hasPrefix(parts[0]) else { return false }
        var rest = line.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    private static func mark(before step: Int) -> String { "== step \(step + 1) ==" }

    private static func lines(of text: String) -> [String] {
        var lines = text.components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
