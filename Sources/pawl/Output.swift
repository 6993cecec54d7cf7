import Foundation
import PawlModel
import Synchronization

/// Lines for people and programs, each written at once.
enum Output {
    /// The error number of the first line that could not be written.
    private static let firstError = Mutex<Int32?>(nil)

    static func line(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            // A reader that went away, such as `head`, needs to be told nothing.
            let reason = reason(of: error)
            guard reason != EPIPE else { return }
            firstError.withLock { $0 = $0 ?? reason }
        }
    }

    /// One JSON object on a line of its own.
    static func json(_ object: JSONObject) {
        line(JSONValue.object(object).text)
    }

    static func json(_ row: some Encodable) throws {
        line(try JSONValue(row).text)
    }

    static func error(_ text: String) {
        drawing(text + "\n")
    }

    /// Without a line's end, for what is drawn over.
    static func drawing(_ text: String) {
        // Where this cannot be written, there is nobody to be told.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// What there is to tell when some line was lost: a script must not take half a list for all of it.
    static var failure: Failure? {
        firstError.withLock { $0 }.map { reason in
            Failure(
                status: 1, code: "unwritable_output",
                message: "What was to be printed cannot be written (\(String(cString: strerror(reason)))).",
                advice: "What was asked for is done all the same.")
        }
    }

    /// The error number of a write that failed.
    private static func reason(of error: any Error) -> Int32 {
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain ? Int32(cause.code) : EIO
    }
}
