import Files
package import PawlModel

extension Backup {
    /// What the last backup that ended has in the target; nil when there is none.
    package func manifest() async throws -> BackupManifest? {
        try await copies.read(target.root + "/" + BackupManifest.fileName).flatMap { BackupManifest(parsing: $0) }
    }

    /// Throws `BackupError` when the target is no place for a backup of this storage: it has what somebody else put there,
    /// or the backup of another one. Makes nothing.
    package func checkTarget(storage: ResourceID?) async throws {
        let names = try await files.list(target.root)
        guard names.contains(BackupManifest.fileName) else {
            guard names.isEmpty || Self.isLeftOfBackup(names) else {
                throw BackupError(
                    "\(target.root) is not empty, and holds no backup: name an empty directory, or the one of an earlier "
                        + "backup.")
            }
            return
        }
        guard let manifest = try await manifest() else {
            throw BackupError(
                "\(target.root)/\(BackupManifest.fileName) is damaged, or of something else: remove it when what lies "
                    + "beside it may be replaced.")
        }
        guard manifest.storage == nil || manifest.storage == storage else {
            throw BackupError(
                "\(target.root) holds a backup of another storage, or of this one before it was rebuilt, made "
                    + "\(manifest.createdAt): name another directory.")
        }
    }

    /// Whether names are those that a first backup leaves that did not end: its database comes first.
    private static func isLeftOfBackup(_ names: [String]) -> Bool {
        guard names.contains(where: isDatabase) || names == ["lock"] else { return false }
        return names.allSatisfy { name in
            isDatabase(name)
                || ["lock", "segments", "admin.key", "admin.key.partial", BackupManifest.fileName + ".partial"]
                    .contains(name)
        }
    }
}
