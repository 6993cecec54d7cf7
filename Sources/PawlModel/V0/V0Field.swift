/// A field as the first version of the API shows it, and where its value lies in the rows of today.
public struct V0Field: Sendable {
    public var field: Field
    public var place: Place

    /// One change of the model each: what V0 had in one place and today's model has in another.
    public enum Place: Sendable, Hashable {
        /// A field of the row itself, perhaps under another name.
        case row(String)
        /// A field of the account that the row belongs to.
        case account(String)
        /// The amount in the one currency that V0 knows, among the prices.
        case price
        /// The ids of one kind among the entries, without their quantities.
        case entries(String)
        /// The points among the rewards.
        case points
        /// The id in the source of an entitlement, where it is a pack's.
        case sourcePack
    }

    init(_ field: Field, _ place: Place) {
        self.field = field
        self.place = place
    }

    /// Under the same name, or another one.
    init(_ field: Field, from name: String? = nil) {
        self.init(field, .row(name ?? field.name))
    }
}
