/// How many requests callers of each kind may make in a minute; zero for any number.
package struct RequestQuota: Sendable, Hashable {
    package var keys: Int
    package var players: Int
    /// Who shows no key, and who shows a wrong one, by address.
    package var addresses: Int

    package init(keys: Int, players: Int, addresses: Int) {
        self.keys = keys
        self.players = players
        self.addresses = addresses
    }
}
