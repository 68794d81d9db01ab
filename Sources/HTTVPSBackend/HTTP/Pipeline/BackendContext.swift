package import Hummingbird
import NIOCore

package struct BackendContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let peerAddress: String?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}
