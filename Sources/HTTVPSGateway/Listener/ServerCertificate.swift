import NIOSSL
import Synchronization

package final class ServerCertificate: Sendable {
    private struct State {
        var context: NIOSSLContext
        var expiresAt: Int64
    }

    private let state: Mutex<State>

    package init(certificatePath: String, keyPath: String) throws(ListenerError) {
        state = Mutex(try Self.read(certificatePath, keyPath))
    }

    var context: NIOSSLContext { state.withLock { $0.context } }

    package var expiresAt: Int64 { state.withLock { $0.expiresAt } }

    func load(certificatePath: String, keyPath: String) throws(ListenerError) {
        let fresh = try Self.read(certificatePath, keyPath)
        state.withLock { $0 = fresh }
    }

    private static func read(_ certificatePath: String, _ keyPath: String) throws(ListenerError) -> State {
        let (context, expiresAt) = try ServerTLS.context(certificatePath: certificatePath, keyPath: keyPath)
        return State(context: context, expiresAt: expiresAt)
    }
}
