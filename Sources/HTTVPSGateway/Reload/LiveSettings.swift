package import NIOCore
import Synchronization

package final class LiveSettings: Sendable {
    package static let keys: Set<String> = [
        "GATEWAY_TLS_CERT_PATH", "GATEWAY_TLS_KEY_PATH", "GATEWAY_HANDSHAKE_TIMEOUT", "GATEWAY_MAX_SESSIONS",
        "GATEWAY_MAX_STREAMS", "GATEWAY_INITIAL_WINDOW", "GATEWAY_MAX_STREAM_WINDOW",
        "GATEWAY_MAX_SESSION_BUFFER", "GATEWAY_KEEPALIVE", "GATEWAY_DRAIN_GRACE", "GATEWAY_EGRESS_ALLOW",
        "GATEWAY_EGRESS_ALLOW_LOOPBACK", "GATEWAY_EGRESS_DENY", "GATEWAY_EGRESS_FANOUT", "GATEWAY_RESUME_WINDOW",
        "GATEWAY_LOG_LEVEL",
    ]

    package struct Change: Equatable, Sendable {
        package var applied: [String]
        package var needingRestart: [String]
    }

    private struct State {
        var configuration: GatewayConfiguration { didSet { policy = SessionPolicy(configuration) } }
        var policy: SessionPolicy
        var observers: [@Sendable (GatewayConfiguration) -> Void] = []
    }

    private let state: Mutex<State>

    package init(_ configuration: GatewayConfiguration) {
        state = Mutex(State(configuration: configuration, policy: SessionPolicy(configuration)))
    }

    package var current: GatewayConfiguration { state.withLock { $0.configuration } }

    package var policy: SessionPolicy { state.withLock { $0.policy } }

    package var handshakeTimeout: TimeAmount {
        TimeAmount(state.withLock { $0.configuration.listener.handshakeTimeout })
    }

    package func whenReplaced(_ observer: @escaping @Sendable (GatewayConfiguration) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    package func replace(with configuration: GatewayConfiguration) -> Change {
        let (earlier, current, observers) = state.withLock { state in
            let earlier = state.configuration
            state.configuration = configuration.keepingStartSettings(of: earlier)
            return (earlier, state.configuration, state.observers)
        }
        for observer in observers { observer(current) }
        let changed = configuration.keys(thatDifferFrom: earlier)
        return Change(
            applied: changed.filter(Self.keys.contains), needingRestart: changed.filter { !Self.keys.contains($0) })
    }
}

extension SessionPolicy {
    fileprivate init(_ configuration: GatewayConfiguration) {
        self.init(configuration: configuration.sessions, region: configuration.identity.region)
    }
}
