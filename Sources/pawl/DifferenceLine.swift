import PawlClient
import PawlModel

extension FolderDifference {
    /// A line about what is other than it was, or will be.
    func tell(json: Bool) {
        if json {
            Output.json([
                "event": "difference", "kind": .string(kind.rawValue), "path": .string(path),
                "old_kind": old.map { .string($0.rawValue) } ?? .null,
                "new_kind": new.map { .string($0.rawValue) } ?? .null,
                "old_size": .int(oldSize), "new_size": .int(newSize),
            ])
        } else {
            let path = path.isEmpty ? "(the file)" : Text.plain(path)
            Output.line(Text.column(kind.rawValue) + path + sizes)
        }
    }

    private var sizes: String {
        switch (old, new) {
        case (.file?, .file?) where kind == .changed: "  \(Text.bytes(oldSize)) → \(Text.bytes(newSize))"
        case (_, .file?) where kind == .added: "  \(Text.bytes(newSize))"
        case (.file?, _) where kind == .removed: "  \(Text.bytes(oldSize))"
        case (let before?, let after?) where before != after: "  \(before.rawValue) → \(after.rawValue)"
        default: ""
        }
    }
}
