package import Files
import NIOCore
import PawlModel

/// The files of Swagger UI, which the set-up installs beside the daemon. They may be missing.
///
/// Read when first asked for, on the file port's threads, and kept: about 2 MB, for a daemon whose page somebody opens.
/// What was missing is looked for again.
package actor SwaggerUI {
    /// The files that the page loads. No other one is ever read, whatever a request names.
    enum Part: String, CaseIterable {
        case style = "swagger-ui.css"
        case script = "swagger-ui-bundle.js"
        case icon = "favicon-32x32.png"

        var mediaType: String {
            switch self {
            case .style: "text/css; charset=utf-8"
            case .script: "text/javascript; charset=utf-8"
            case .icon: "image/png"
            }
        }

        /// What it is, as a word.
        var word: String {
            switch self {
            case .style: "Style"
            case .script: "Script"
            case .icon: "Icon"
            }
        }
    }

    private let directory: String
    private let files: any FileSystem
    private var kept: [Part: DocsFile] = [:]

    /// - Parameter directory: A folder that holds the files of Swagger UI's own `dist`.
    package init(directory: String, files: any FileSystem) {
        self.directory = directory
        self.files = files
    }

    /// Whether every part is there.
    var isInstalled: Bool {
        get async {
            for part in Part.allCases where await file(part) == nil { return false }
            return true
        }
    }

    /// Nil when it is not there, or is nothing that can be served.
    func file(_ part: Part) async -> DocsFile? {
        if let file = kept[part] { return file }
        // Two first requests may both read it: what they keep is the same.
        guard let bytes = try? await read(directory + "/" + part.rawValue) else { return nil }
        let file = DocsFile(bytes, part.mediaType)
        kept[part] = file
        return file
    }

    /// The whole of a file, or nil when it is empty or larger than a script of a page can be.
    private func read(_ path: String) async throws -> ByteBuffer? {
        let file = try await files.open(path, .read)
        do {
            let size = try await file.size()
            let isFit = (1...Limits.docsFileSizeMax).contains(size)
            let bytes = isFit ? try await file.read(Int(size), at: 0) : nil
            try await file.close()
            return bytes
        } catch {
            try? await file.close()
            throw error
        }
    }
}
