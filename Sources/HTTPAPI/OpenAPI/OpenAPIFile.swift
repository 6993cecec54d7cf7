import NIOCore
import PawlModel
import Synchronization

/// The bytes of `/openapi.json`, or of that of an older version: made when the router is made, and the same from then on.
final class OpenAPIFile: Sendable {
    private let file = Mutex<DocsFile?>(nil)
    private let describes: @Sendable (Endpoint) -> Bool

    /// - Parameter describes: Whether an endpoint belongs to it.
    init(describes: @escaping @Sendable (Endpoint) -> Bool) {
        self.describes = describes
    }

    /// - Parameter schemas: The declared resources, beside which there are those of repositories.
    func file(_ endpoints: @autoclosure () -> [Endpoint], schemas: [ResourceSchema]) -> DocsFile {
        file.withLock { file in
            if let file { return file }
            let document = OpenAPIDocument(
                endpoints().filter(describes), schemas: schemas + [Version.schema, Upload.schema])
            let made = DocsFile(ByteBuffer(bytes: JSONValue.object(document.json).data), MediaType.json)
            file = made
            return made
        }
    }
}
