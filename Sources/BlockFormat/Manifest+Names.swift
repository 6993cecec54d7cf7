package import PawlModel

extension Manifest {
    /// What of a directory's names could not be written everywhere: by each entry, at most
    /// `Limits.entriesListedMax` of them, with a JSON pointer that counts the entries from 0.
    ///
    /// A manifest that is parsed keeps the rules of its form; these are about the systems that a build goes to.
    package var nameViolations: [Problem.Violation] {
        guard kind == .directory else { return [] }
        var violations: [Problem.Violation] = []
        var names = EntryNames()
        for (index, entry) in entries.enumerated() {
            guard violations.count < Limits.entriesListedMax else { break }
            if let rule = EntryName.violation(in: entry.path) {
                violations.append(.init("/entries/\(index)/path", "'\(entry.path)' \(rule)"))
            } else if let other = names.admit(entry.path) {
                violations.append(
                    .init(
                        "/entries/\(index)/path",
                        "'\(entry.path)' must not stand beside '\(other)': they differ by case alone"))
            }
            guard !names.isFull else {
                violations.append(
                    .init(
                        "/entries/\(index)/path",
                        "'\(entry.path)' is one too many: at most \(Limits.entryNamesMax) files and directories may be, those on the way included"
                    ))
                break
            }
            if entry.kind == .symlink, let rule = EntryName.violation(inTarget: entry.target) {
                violations.append(.init("/entries/\(index)/target", "'\(entry.target)' of '\(entry.path)' \(rule)"))
            }
        }
        return violations
    }
}
