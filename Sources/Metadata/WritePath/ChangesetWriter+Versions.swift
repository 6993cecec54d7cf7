package import PawlModel

extension ChangesetWriter {
    /// Deletes a ready version, whoever asks, with its journal entry and its event. Throws `in_use` where something gives it
    /// to people.
    package func delete(_ version: Version) throws {
        let holders = try DeletedVersions(sql).holders(of: version)
        guard holders.channels.isEmpty, holders.contents.isEmpty else { throw Problem.inUse(version, holders) }
        guard try DeletedVersions(sql).delete(version.id, now: now) != nil else {
            throw Problem.notFound("versions", version.id)
        }
        try record(
            "versions", before: try JSONValue(version).object, after: nil,
            gameID: try VersionRows(sql).game(of: version))
    }
}

extension Problem {
    fileprivate static func inUse(_ version: Version, _ holders: (channels: [String], contents: [String])) -> Problem {
        var reasons: [String] = []
        if !holders.channels.isEmpty {
            reasons.append("channels point at it (\(holders.channels.joined(separator: ", "))): move them first")
        }
        if !holders.contents.isEmpty {
            reasons.append(
                "contents give the newest version (\(holders.contents.joined(separator: ", "))): push another one first"
            )
        }
        return Problem(
            .inUse, "Version \(version.number) is in use: \(reasons.joined(separator: "; "))",
            members: [
                "channels": .array(holders.channels.map { .string($0) }),
                "contents": .array(holders.contents.map { .string($0) }),
            ])
    }
}
