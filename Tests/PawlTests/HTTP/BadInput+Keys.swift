import BlockFormat
import PawlModel

extension BadInput {
    static let keys: [BadInput] = [
        BadInput("no key", 401, .unauthenticated) { world, _ in try await world.send("GET", "/v1/games", key: "") },
        BadInput("wrong key", 401, .unauthenticated) { world, _ in
            try await world.send("GET", "/v1/games", key: "pawl_" + String(repeating: "0", count: 64))
        },
        BadInput("almost the key", 401, .unauthenticated) { world, _ in
            try await world.send("GET", "/v1/games", key: String(world.admin.dropLast()))
        },
        BadInput("other scheme", 401, .unauthenticated) { world, _ in
            try await world.send("GET", "/v1/games", headers: ["Authorization": "Basic \(world.admin)"])
        },
        BadInput("revoked key", 401, .unauthenticated) { world, fixture in
            try await world.send("GET", "/v1/games", key: fixture.revoked)
        },
        BadInput("expired key", 401, .unauthenticated) { world, fixture in
            try await world.send("GET", "/v1/games", key: fixture.expired)
        },
        BadInput("blocks without a key", 401, .unauthenticated) { world, fixture in
            try await world.send("PUT", Routes.blocks(fixture.open), key: "", fixture.rejected.record)
        },
        BadInput("key without the scope: asset", 403, .forbidden) { world, fixture in
            try await world.send(
                "POST", "/v1/assets", key: fixture.reader, json: ["game_id": .string("\(world.game)"), "path": "x"])
        },
        BadInput("key without the scope: upload", 403, .forbidden) { world, fixture in
            try await world.send(
                "POST", "/v1/uploads", key: fixture.reader, json: ["asset_id": .string("\(world.asset)")])
        },
        BadInput("key without the scope: blocks", 403, .forbidden) { world, fixture in
            try await world.send(
                "PUT", Routes.blocks(fixture.open), key: fixture.reader, fixture.rejected.record, type: MediaType.blocks
            )
        },
        BadInput("key without the scope: commit", 403, .forbidden) { world, fixture in
            try await world.send(
                "POST", Routes.commit(fixture.open), key: fixture.reader, WireBlock.manifest([fixture.kept]),
                type: MediaType.manifest)
        },
        BadInput("key without the scope: content", 403, .forbidden) { world, fixture in
            try await world.send(
                "PUT", Routes.content(ofAsset: world.asset), key: fixture.reader, fixture.rejected.bytes)
        },
        BadInput("key without the scope: keys", 403, .forbidden) { world, fixture in
            try await world.send("GET", "/v1/keys", key: fixture.reader)
        },
        BadInput("key without the scope: metrics", 403, .forbidden) { world, fixture in
            try await world.send("GET", "/metrics", key: fixture.reader)
        },
        BadInput("key without a scope to be", 422, .invalid, ["/scopes"]) { world, _ in
            try await world.send("POST", "/v1/keys", json: ["name": "none", "scopes": []])
        },
        BadInput("key with an unknown scope", 422, .invalid, ["/scopes/0"]) { world, _ in
            try await world.send("POST", "/v1/keys", json: ["name": "none", "scopes": ["root"]])
        },
        BadInput("key that has ended already", 422, .invalid, ["/expires_at"]) { world, _ in
            try await world.send(
                "POST", "/v1/keys", json: ["name": "x", "scopes": ["admin"], "expires_at": "2020-01-01T00:00:00Z"])
        },
    ]

    /// What a key of another game asks for, and the same question about something that does not exist: the two
    /// answers must not differ but in the id.
    static let foreign: [(name: String, ask: @Sendable (HTTPWorld, Fixture, Bool) async throws -> WireAnswer)] = [
        (
            "asset",
            { world, fixture, isReal in
                try await world.send(
                    "GET", "/v1/assets/\(isReal ? world.asset : fixture.unknown)", key: fixture.foreignKey)
            }
        ),
        (
            "asset's content",
            { world, fixture, isReal in
                let asset = isReal ? world.asset : fixture.unknown
                return try await world.send("GET", Routes.content(ofAsset: asset), key: fixture.foreignKey)
            }
        ),
        (
            "asset's change",
            { world, fixture, isReal in
                try await world.send(
                    "PATCH", "/v1/assets/\(isReal ? world.asset : fixture.unknown)", key: fixture.foreignKey,
                    headers: ["If-Match": "*"], json: ["title": "x"])
            }
        ),
        (
            "upload to the asset",
            { world, fixture, isReal in
                let asset = isReal ? world.asset : fixture.unknown
                return try await world.send(
                    "POST", "/v1/uploads", key: fixture.foreignKey, json: ["asset_id": .string("\(asset)")])
            }
        ),
        (
            "uploads of the asset",
            { world, fixture, isReal in
                try await world.send(
                    "GET", "/v1/uploads?asset=\(isReal ? world.asset : fixture.unknown)", key: fixture.foreignKey)
            }
        ),
        (
            "versions of the asset",
            { world, fixture, isReal in
                let asset = isReal ? world.asset : fixture.unknown
                return try await world.send(
                    "GET", "/v1/versions?filter=asset_id%3D%22\(asset)%22", key: fixture.foreignKey)
            }
        ),
        (
            "version",
            { world, fixture, isReal in
                let id = isReal ? fixture.version.id : ResourceID(prefix: "ver", value: 1)
                return try await world.send("GET", "/v1/versions/\(id)", key: fixture.foreignKey)
            }
        ),
        (
            "version's manifest",
            { world, fixture, isReal in
                let id = isReal ? fixture.version.id : ResourceID(prefix: "ver", value: 1)
                return try await world.send("GET", Routes.manifest(id), key: fixture.foreignKey)
            }
        ),
        (
            "upload",
            { world, fixture, isReal in
                let id = isReal ? fixture.open : ResourceID(prefix: "upl", value: 1)
                return try await world.send("GET", "/v1/uploads/\(id)", key: fixture.foreignKey)
            }
        ),
        (
            "upload's blocks",
            { world, fixture, isReal in
                let id = isReal ? fixture.open : ResourceID(prefix: "upl", value: 1)
                return try await world.send(
                    "PUT", Routes.blocks(id), key: fixture.foreignKey, fixture.rejected.record, type: MediaType.blocks)
            }
        ),
        (
            "upload's end",
            { world, fixture, isReal in
                let id = isReal ? fixture.open : ResourceID(prefix: "upl", value: 1)
                return try await world.send("DELETE", "/v1/uploads/\(id)", key: fixture.foreignKey)
            }
        ),
        (
            "block in a commit",
            { world, fixture, isReal in
                try await world.send(
                    "POST", Routes.commit(fixture.foreignUpload), key: fixture.foreignKey,
                    WireBlock.manifest([isReal ? fixture.kept : fixture.rejected]), type: MediaType.manifest)
            }
        ),
        (
            "game",
            { world, fixture, isReal in
                let id = isReal ? world.game : ResourceID(prefix: "gam", value: 1)
                return try await world.send("GET", "/v1/games/\(id)", key: fixture.foreignKey)
            }
        ),
        (
            "game of an asset to be",
            { world, fixture, isReal in
                let id = isReal ? world.game : ResourceID(prefix: "gam", value: 1)
                return try await world.send(
                    "POST", "/v1/assets", key: fixture.foreignKey, json: ["game_id": .string("\(id)"), "path": "x"])
            }
        ),
        (
            "version that a channel is to point at",
            { world, fixture, isReal in
                let id = isReal ? fixture.version.id : ResourceID(prefix: "ver", value: 1)
                return try await world.send(
                    "PATCH", "/v1/channels/\(fixture.foreignChannel)", key: fixture.foreignKey,
                    headers: ["If-Match": "*"],
                    json: ["version_id": .string("\(id)")])
            }
        ),
    ]
}
