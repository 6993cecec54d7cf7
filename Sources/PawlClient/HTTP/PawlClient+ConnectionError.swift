internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension PawlClient {
    /// What an error of the HTTP client means to somebody who pushes a file. Our own errors pass through.
    func connectionError(_ error: any Error) -> any Error {
        switch error {
        case is ClientError, is ServerProblem, is CancellationError: error
        case let error as HTTPClientError: connectionError(error)
        case is NIOConnectionError: unreachable(error)
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            unreachable(error)
        case let error as NIOSSLError: distrusted(error) ?? interrupted(error)
        case is NIOSSLExtraError: distrusted(error)
        default: interrupted(error)
        }
    }

    private func connectionError(_ error: HTTPClientError) -> any Error {
        switch error {
        case .cancelled: return Task.isCancelled ? CancellationError() : interrupted(error)
        case .connectTimeout, .getConnectionFromPoolTimeout: return unreachable(error)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            return ClientError(
                .timedOut, "\(server.text) fell silent.",
                advice: "See whether the server and the line to it are well, then run the same command again.",
                cause: error)
        case .invalidURL, .emptyHost, .emptyScheme:
            return ClientError(
                .badAddress, "'\(server.text)' is not the address of a server.",
                advice: "Write it like http://127.0.0.1:7420.", cause: error)
        case let error where error.shortDescription == "Invalid header field values":
            return ClientError(
                .badName, "The key contains characters that no key has.",
                advice: "Give it as `pawl key create` printed it, `pawl_` and all.", cause: error)
        default: return interrupted(error)
        }
    }

    private func unreachable(_ cause: any Error) -> ClientError {
        ClientError(
            .unreachable, "\(server.text) cannot be reached\(reason(of: cause)).",
            advice: "Start the server there, or name another one, and run the same command again.", cause: cause)
    }

    /// A certificate that does not hold is no trouble of the line: trying again is no use.
    private func distrusted(_ error: NIOSSLError) -> ClientError? {
        guard case .handshakeFailed(.sslError(let causes)) = error,
            causes.contains(where: { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") })
        else { return nil }
        return distrusted(error as any Error)
    }

    private func distrusted(_ cause: any Error) -> ClientError {
        ClientError(
            .untrusted, "\(server.text) shows a certificate that is not trusted here, or not its own.",
            advice: "Name the server as its certificate does, and a private authority with --ca or in $PAWL_CA.",
            cause: cause)
    }

    private func interrupted(_ cause: any Error) -> ClientError {
        ClientError(
            .interrupted, "The connection to \(server.text) broke\(reason(of: cause)).",
            advice: "Run the same command again.", cause: cause)
    }

    /// The system's own words in brackets, where it has some.
    private func reason(of error: any Error) -> String {
        switch error {
        case let error as IOError: " (\(String(cString: strerror(error.errnoCode))))"
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                reason(of: first.error)
            } else if error.dnsAError != nil || error.dnsAAAAError != nil {
                " (its name is not known)"
            } else {
                ""
            }
        default: ""
        }
    }
}
