import Foundation

/// The folder of the package that is tested, for files that tests use beside the code.
package enum PackageDirectory {
    /// Absolute, without a slash at the end.
    package static let path = URL(filePath: #filePath).appending(path: "../../..").standardized.path

    /// The path of a name in it.
    package static func path(_ name: String) -> String { path + "/" + name }
}
