import Metadata
import PawlModel

/// An item or a content: what a player can have.
struct Good {
    let id: ResourceID
    let isItem: Bool
    let state: CatalogState
    let isGiftable: Bool
    /// Contents are had or not; of an item there may be many in one.
    let isStackable: Bool

    /// What `item_id`, or else `content_id`, of an object names.
    init(of object: JSONObject, in writer: ChangesetWriter) throws {
        if object.id("item_id") != nil {
            self.init(try writer.referred("item_id", of: object) as Stored<Item>)
        } else {
            self.init(try writer.referred("content_id", of: object) as Stored<Content>)
        }
    }

    init(_ item: Stored<Item>) {
        id = item.id
        isItem = true
        state = item.state
        isGiftable = item.giftable
        isStackable = item.stackable
    }

    init(_ content: Stored<Content>) {
        id = content.id
        isItem = false
        state = content.state
        isGiftable = content.giftable
        isStackable = false
    }

    /// Makes it a player's own, and answers the entitlement.
    func entitle(
        _ owner: Recipient, unlocker: ResourceID?, quantity: Int64, source: Entitlement.Source,
        expiresAt: JSONValue = .null, in writer: ChangesetWriter
    ) throws -> JSONObject {
        try writer.insert(
            Entitlement.schema,
            [
                "owner_id": .id(owner.id), "unlocker_id": .id(unlocker),
                "item_id": isItem ? .id(id) : .null, "content_id": isItem ? .null : .id(id),
                "quantity": .int(quantity), "state": .string(Entitlement.State.active.rawValue),
                "source": try JSONValue(source), "expires_at": expiresAt,
            ])
    }
}
