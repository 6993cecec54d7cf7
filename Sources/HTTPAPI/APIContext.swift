package import Hummingbird
package import Logging
package import NIOCore

/// What belongs to one request beside its head and body.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Where interim responses (1xx) are written.
    package let channel: any NIOCore.Channel
    /// What its caller is told of the quota.
    let rate = RateNote()

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}
