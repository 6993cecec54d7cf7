import Foundation
import MetadataOnSQLite

extension Maintenance {
    /// The tables as this binary makes them: those of a database that is made for it, in a directory that goes at once.
    package static func diagram() async throws -> SchemaDiagram {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pawl-diagram-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let storage = try await Storage.open(directory.path)
        do {
            _ = try await storage.database.migrate()
            let tables = try await storage.database.tables()
            await storage.close()
            return try SchemaDiagram(tables)
        } catch {
            await storage.close()
            throw DaemonError(storage: directory.path, error)
        }
    }
}
