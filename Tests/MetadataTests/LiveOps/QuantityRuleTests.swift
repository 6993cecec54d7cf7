import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

struct QuantityRuleTests {
    @Test func ofWhatIsNotStackable_nothingDeclaresMoreThanOne_howeverDeep() async throws {
        try await PlayWorld.with { world in
            let sword = try await world.item()
            let potion = try await world.item("potion", stackable: true)
            let pass = try await world.make(
                Content(gameID: world.gameID, sku: "pass", name: "Pass", kind: .battlePass))
            let many: [Reward] = [
                .item(potion.id, quantity: 5), .item(sword.id, quantity: 2), .content(pass.id, quantity: 2),
                .item(sword.id, quantity: 1),
            ]
            func refused<Fields: Resource>(_ fields: Fields) async throws -> [String] {
                let refused = try await problem { try await world.make(fields) }
                #expect(refused.code == .invalid)
                return refused.violations.map(\.pointer)
            }
            #expect(
                try await refused(Accomplishment(gameID: world.gameID, code: "a", name: "A", reward: many))
                    == ["/reward/1/quantity", "/reward/2/quantity"])
            let start = world.clock.now
            let season = Season(
                gameID: world.gameID, name: "S", startsAt: start, endsAt: start.advanced(bySeconds: 1),
                tiers: [.init(number: 1, xp: 0), .init(number: 2, xp: 5, free: [many[0]], premium: many)])
            #expect(
                try await refused(season) == ["/tiers/1/premium/1/quantity", "/tiers/1/premium/2/quantity"])
            let pack = Pack(
                gameID: world.gameID, sku: "p", name: "P",
                entries: [.init(itemID: sword.id), .init(contentID: pass.id, quantity: 2)])
            #expect(try await refused(pack) == ["/entries/1/quantity"])
            let made = try await world.make(
                Accomplishment(gameID: world.gameID, code: "a", name: "A", reward: [many[0], many[3]]))
            try await world.update(sword, ["stackable": true])
            let changed = try await world.update(made, ["reward": try JSONValue([many[1]])])
            #expect(changed.reward == [many[1]])
        }
    }
}
