import Metadata
import PawlModel

/// Gives rewards to one player, in the changeset of what earned them: all of them, or none.
struct RewardGiver {
    let writer: ChangesetWriter
    let player: Recipient
    /// The row that earned them: entitlements name it as their source.
    let source: ResourceID

    func give(_ rewards: [Reward]) throws {
        var points: Int64 = 0
        for reward in rewards {
            switch reward {
            case .item(let id, let quantity):
                try entitle(Good(try writer.referred(id) as Stored<Item>), quantity)
            case .content(let id, let quantity):
                try entitle(Good(try writer.referred(id) as Stored<Content>), quantity)
            case .currency(let id, let amount):
                try Ledger(writer).mint(amount, of: writer.referred(id), for: player)
            case .points(let more):
                // Each is below 2^53 and there are few, so their sum fits.
                points += more
            }
        }
        if points > 0 { try player.add(points: points, in: writer) }
    }

    /// A retired good is given too: it was promised when it could be had.
    private func entitle(_ good: Good, _ quantity: Int64) throws {
        guard good.state != .draft else {
            throw Problem(.notAvailable, "\(good.id) is among the rewards, and is still a draft.")
        }
        _ = try good.entitle(
            player, unlocker: nil, quantity: quantity, source: .init(.reward, id: source.description),
            in: writer)
    }
}
