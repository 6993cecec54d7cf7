import Metadata
import PawlModel
import TestKit
import Testing
import Transfers

/// A player downloads what she is entitled to, and for as long as she is.
struct EntitledDownloadTests {
    private let blocks = (1...3).map { TestBlock([UInt8](repeating: UInt8($0), count: 100)) }

    /// An asset with three versions; the channel `live` points at the second one. And two players.
    private struct Shop {
        let rooms: BlockWorld.Rooms
        let asset: ResourceID
        let game: ResourceID
        let versions: [Version]
        let robin: Caller
        let other: Caller

        init(_ world: BlockWorld, _ blocks: [TestBlock]) async throws {
            rooms = world.rooms
            asset = world.asset
            let row = try await rooms.writePath.registry.visible(world.asset, in: rooms.database)
            game = row.gameID
            var versions: [Version] = []
            for block in blocks { versions.append(try await rooms.push([block], to: asset)) }
            self.versions = versions
            var players: [Caller] = []
            for name in ["Robin", "Other"] {
                let id = try await rooms.create(
                    Player.schema, ["game_id": .string(game.description), "name": .string(name)])
                players.append(.player(id, of: game))
            }
            (robin, other) = (players[0], players[1])
            try await move("live", to: 1)
        }

        func move(_ channel: String, to index: Int) async throws {
            let (asset, version) = (asset, versions[index].id)
            _ = try await rooms.writePath.apply(by: .daemon) { writer in
                let body: JSONObject = [
                    "asset_id": .string(asset.description), "name": .string(channel),
                    "version_id": .string(version.description),
                ]
                let there = try writer.row(
                    Channel.schema,
                    where: [("asset_id", .string(asset.description)), ("name", .string(channel))])
                guard let there else { return Answer(.created, .object(try writer.create(Channel.schema, body))) }
                var after = there
                after["version_id"] = .string(version.description)
                return Answer(.done, .object(try writer.replace(there, with: after, Channel.schema)))
            }
        }

        func content(_ sku: String, channel: String? = nil) async throws -> ResourceID {
            var body: JSONObject = [
                "game_id": .string(game.description), "sku": .string(sku), "name": "A pass", "kind": "battle_pass",
                "asset_id": .string(asset.description), "state": "active",
            ]
            body["channel"] = channel.map { .string($0) }
            return try await rooms.create(Content.schema, body)
        }

        func grant(_ content: ResourceID, expiresAt: Timestamp? = nil) async throws -> JSONObject {
            let owner = JSONValue.string(robin.id!.description)
            return try await rooms.writePath.apply(by: .daemon) { writer in
                let row = try writer.insert(
                    Entitlement.schema,
                    [
                        "owner_id": owner, "unlocker_id": owner, "item_id": .null,
                        "content_id": .string(content.description), "quantity": 1, "state": "active",
                        "source": ["kind": "grant", "id": .null],
                        "expires_at": expiresAt.map { .string($0.description) } ?? .null,
                    ])
                return Answer(.created, .object(row))
            }.body.object!
        }

        func change(_ entitlement: JSONObject, state: Entitlement.State) async throws {
            _ = try await rooms.writePath.apply(by: .daemon) { writer in
                var after = entitlement
                after["state"] = .string(state.rawValue)
                return Answer(.done, .object(try writer.replace(entitlement, with: after, Entitlement.schema)))
            }
        }

        /// The numbers of the versions that a caller can read by id; empty when there are none for it.
        func readable(by caller: Caller) async throws -> [Int64] {
            var numbers: [Int64] = []
            for version in versions {
                do {
                    numbers.append(try await rooms.downloads.version(version.id, for: caller).version.number)
                } catch let problem as Problem where problem.code == .notFound {
                    continue
                }
            }
            return numbers
        }

        /// The number that a selector finds for Robin; nil for none.
        func found(_ selector: Downloads.Selector) async throws -> Int64? {
            do {
                return try await rooms.downloads.version(of: asset, selector, for: robin).version.number
            } catch let problem as Problem where problem.code == .notFound || problem.code == .noVersion {
                return nil
            }
        }
    }

    private func with(_ body: (BlockWorld, Shop) async throws -> Void) async throws {
        try await BlockWorld.with { world in
            try await body(world, try await Shop(world, blocks))
        }
    }

    @Test func withoutEntitlement_nothingIsThere() async throws {
        try await with { _, shop in
            _ = try await shop.content("pass")
            #expect(try await shop.readable(by: shop.robin) == [])
            for selector in [Downloads.Selector.newest, .number(1), .channel("live")] {
                let refused = try await thrown(Problem.self) {
                    try await shop.rooms.downloads.version(of: shop.asset, selector, for: shop.robin)
                }
                #expect(refused.code == .notFound)
            }
        }
    }

    @Test func contentWithoutChannel_givesEveryVersion_toItsOwnerOnly() async throws {
        try await with { _, shop in
            _ = try await shop.grant(try await shop.content("pass"))
            #expect(try await shop.readable(by: shop.robin) == [1, 2, 3])
            #expect(try await shop.readable(by: shop.other) == [])
            #expect(try await shop.found(.newest) == 3)
            #expect(try await shop.found(.number(1)) == 1)
            #expect(try await shop.found(.channel("live")) == 2)
            #expect(try await shop.found(.number(4)) == nil)
            let list = try await thrown(Problem.self) {
                try await shop.rooms.downloads.versions(of: shop.asset, limit: 10, for: shop.robin)
            }
            #expect(list.code == .notFound)
        }
    }

    @Test func contentWithChannel_givesWhatItPointsAtNow() async throws {
        try await with { _, shop in
            _ = try await shop.grant(try await shop.content("pass", channel: "live"))
            #expect(try await shop.readable(by: shop.robin) == [2])
            #expect(try await shop.found(.newest) == 2)
            #expect(try await shop.found(.channel("live")) == 2)
            #expect(try await shop.found(.number(3)) == nil)
            try await shop.move("beta", to: 2)
            #expect(try await shop.found(.channel("beta")) == nil)
            try await shop.move("live", to: 0)
            #expect(try await shop.readable(by: shop.robin) == [1])
            #expect(try await shop.found(.newest) == 1)
            _ = try await shop.grant(try await shop.content("pass.beta", channel: "beta"))
            #expect(try await shop.readable(by: shop.robin) == [1, 3])
            #expect(try await shop.found(.newest) == 3)
        }
    }

    @Test func channelThatIsNotThere_givesNothing() async throws {
        try await with { _, shop in
            _ = try await shop.grant(try await shop.content("pass", channel: "gone"))
            #expect(try await shop.readable(by: shop.robin) == [])
            #expect(try await shop.found(.newest) == nil)
        }
    }

    @Test(arguments: [Entitlement.State.revoked, .held, .consumed, .expired])
    func entitlementThatIsNotActive_givesNothing(_ state: Entitlement.State) async throws {
        try await with { _, shop in
            let entitlement = try await shop.grant(try await shop.content("pass"))
            #expect(try await shop.readable(by: shop.robin) == [1, 2, 3])
            try await shop.change(entitlement, state: state)
            #expect(try await shop.readable(by: shop.robin) == [])
        }
    }

    @Test func entitlement_endsWithItsTime() async throws {
        try await with { world, shop in
            let expiry = world.clock.now.advanced(bySeconds: 60)
            _ = try await shop.grant(try await shop.content("pass"), expiresAt: expiry)
            world.clock.advance(bySeconds: 59)
            #expect(try await shop.found(.newest) == 3)
            world.clock.advance(bySeconds: 1)
            #expect(try await shop.found(.newest) == nil)
        }
    }
}

extension ResourceRegistry {
    /// An asset's row, as the daemon sees it.
    fileprivate func visible(_ asset: ResourceID, in database: any SQLDatabase) async throws -> Stored<Asset> {
        try await database.read { sql in
            try Stored(row: try visibleRow(Asset.schema, asset, to: .daemon, in: sql))
        }
    }
}
