package import PawlModel

/// What tells a storage from others, so that a backup of one is not taken for one of another. It goes with the rows: what
/// is restored is the same storage, and what is rebuilt is another one, for it lacks what only a backup has.
package struct StorageIdentity {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Nil before it was made.
    package func id() throws -> ResourceID? {
        try sql.row("SELECT id FROM storage_identity WHERE number = 1")?.id("id")
    }

    /// Makes it unless it is there.
    package func make(_ ambient: Ambient) throws {
        try sql.execute(
            "INSERT INTO storage_identity (number, id) VALUES (1, ?) ON CONFLICT (number) DO NOTHING",
            [.id(ambient.newID("sto"))])
    }
}
