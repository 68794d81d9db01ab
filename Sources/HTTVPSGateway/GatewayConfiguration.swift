package import HTTVPSConfiguration
package import HTTVPSObservability
package import Logging

package import struct Foundation.URL

package struct GatewayConfiguration: Sendable {
    package var listener: ListenerConfiguration
    package var backend: BackendConnection
    package var identity: GatewayIdentity
    package var sessions = SessionConfiguration()
    package var egress = EgressConfiguration()
    package var admin = AdminConfiguration()
    package var log = LogConfiguration()
    package var traces: TraceConfiguration?
    package var stateDirectory = ".run/gateway"
    package var fingerprint: [String: Int] = [:]

    package init(listener: ListenerConfiguration, backend: BackendConnection, identity: GatewayIdentity) {
        self.listener = listener
        self.backend = backend
        self.identity = identity
    }
}

package struct ListenerConfiguration: Sendable {
    package var address = ListenAddress(host: "0.0.0.0", port: 8443)
    package var certificatePath: String
    package var keyPath: String
    package var webSocketPath = "/ws"
    package var handshakeTimeout = Duration.seconds(10)
    package var decoyDirectory: String?
    package var decoyUpstream: ListenAddress?
    package var trust = ProxyTrust()
    package var maxConnectionsPerAddress = 2_048
    package var threads = 0

    package init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

package struct BackendConnection: Sendable {
    package var baseURL: URL
    package var token: Secret
    package var timeout = Duration.seconds(5)
    package var grace = Duration.seconds(600)

    package init(baseURL: URL, token: Secret) {
        self.baseURL = baseURL
        self.token = token
    }
}

package struct GatewayIdentity: Sendable {
    package var nodeID: String
    package var region = ""
    package var publicURL: String?

    package init(nodeID: String) { self.nodeID = nodeID }
}

package struct SessionConfiguration: Sendable {
    package var maxSessions = 10_000
    package var maxStreams = 256
    package var maxPayload = 65_536
    package var initialWindow = 262_144
    package var maxStreamWindow = 16 << 20
    package var maxSessionBuffer = 32 << 20
    package var memoryBudget = 0
    package var resumeWindow = Duration.seconds(60)
    package var keepalive = Duration.seconds(25)
    package var drainGrace = Duration.seconds(30)

    package init() {}
}

package struct EgressConfiguration: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case shadowsocks
        case echo
    }

    package var kind = Kind.shadowsocks
    package var allow: [TargetRule] = []
    package var deny: [TargetRule] = []
    package var fanOutPerMinute = 1_200
    package var connectTimeout = Duration.seconds(5)
    package var warmConnections = 64
    package var answerPatience = Duration.seconds(10)
    package var associationIdle = Duration.seconds(60)

    package init() {}
}

package struct AdminConfiguration: Sendable {
    package var address = ListenAddress(host: "127.0.0.1", port: 9_464)
    package var metricsEnabled = true
    package var metricsPath = "/metrics"

    package init() {}
}

package struct LogConfiguration: Sendable {
    package var level = Logger.Level.info
    package var format = LogFormat.json

    package init() {}
}
