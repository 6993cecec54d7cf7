internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// A URL of a version's content that works without a key for a while: an hour unless given. It begins with the
    /// server's own address, and names the version for good, unless a channel was asked for.
    public func signedURL(_ name: VersionName, expiresIn seconds: Int64? = nil) async throws -> SignedURL {
        var input: JSONObject = [:]
        input["expires_in"] = seconds.map { .int($0) }
        let path: String
        switch name.selector {
        case .channel(let channel):
            input["channel"] = .string(channel)
            path = Routes.verb(Asset.schema.name, try await asset(name.asset).id, SignedURL.ofAsset.name)
        case .newest, .number:
            let version = try await resolve(name).version
            path = Routes.verb(Version.schema.name, version.id, SignedURL.ofVersion.name)
        }
        var signed: SignedURL = try await send(Request(.POST, path).with(input)).decoded()
        signed.url = signed.url.map { server.url($0) }
        return signed
    }
}
