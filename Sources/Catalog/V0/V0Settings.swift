package import PawlModel

/// Which game the first version of the API is about, and how long it is spoken.
package struct V0Settings: Sendable, Hashable {
    /// The game's slug; nil when V0 is not spoken.
    package var game: String?
    /// The code of the currency in which packs have their price; nil for none.
    package var currency: String?
    /// Since when it should not be used any more.
    package var deprecated: Timestamp
    /// From when on it is not answered any more; nil while that is not known.
    package var sunset: Timestamp?

    package init(game: String?, currency: String?, deprecated: Timestamp, sunset: Timestamp?) {
        self.game = game
        self.currency = currency
        self.deprecated = deprecated
        self.sunset = sunset
    }
}
