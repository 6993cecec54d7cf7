/// How far a thing of the catalog is: an item, a content, a pack.
public enum CatalogState: String, Codable, Sendable, CaseIterable {
    /// In preparation.
    case draft
    /// Given and sold.
    case active
    /// Kept by those who have it, and not given any more.
    case retired
}
