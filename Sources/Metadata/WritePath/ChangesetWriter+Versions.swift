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

    /// Makes a deleted version ready again, whoever asks, with its journal entry and its event. Throws `wrong_state` when it
    /// was deleted longer than `window` seconds ago, or is being collected.
    @discardableResult
    package func undelete(_ id: ResourceID, window: Int64) throws -> Version {
        guard
            let version = try DeletedVersions(sql).restore(
                id, deletedAfter: now.advanced(bySeconds: -window), now: now)
        else { throw Problem(.wrongState, "The time in which \(id) could be taken back is over.") }
        try record(
            "versions", before: nil, after: try JSONValue(version).object,
            gameID: try VersionRows(sql).game(of: version))
        return version
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
