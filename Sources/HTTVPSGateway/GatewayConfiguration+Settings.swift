import Foundation
package import HTTVPSConfiguration
import HTTVPSObservability
import Logging

extension GatewayConfiguration {
    package static let keyPrefixes = ["GATEWAY"]

    package static func load(yamlPath: String?) throws(ConfigurationError) -> GatewayConfiguration {
        var settings = Settings.load(ownPrefixes: keyPrefixes, yamlPath: yamlPath)
        return try GatewayConfiguration(reading: &settings)
    }

    package init(reading settings: inout Settings) throws(ConfigurationError) {
        self.init(
            listener: ListenerConfiguration(&settings), backend: BackendConnection(&settings),
            identity: GatewayIdentity(&settings))
        sessions = SessionConfiguration(&settings)
        egress = EgressConfiguration(&settings)
        admin = AdminConfiguration(&settings)
        log = LogConfiguration(&settings)
        traces = settings.traces(
            endpoint: "GATEWAY_TRACE_ENDPOINT", ratio: "GATEWAY_TRACE_RATIO", headers: "GATEWAY_TRACE_HEADERS")
        stateDirectory = settings.string("GATEWAY_STATE_DIR", default: stateDirectory)
        fingerprint = settings.fingerprint
        try settings.finish()
    }
}

extension ListenerConfiguration {
    fileprivate init(_ settings: inout Settings) {
        self.init(
            certificatePath: settings.requiredPath("GATEWAY_TLS_CERT_PATH", .file),
            keyPath: settings.requiredPath("GATEWAY_TLS_KEY_PATH", .file))
        address = settings.listenAddress("GATEWAY_LISTEN_ADDR", default: address)
        webSocketPath = settings.urlPath("GATEWAY_WS_PATH", default: webSocketPath)
        handshakeTimeout = settings.duration(
            "GATEWAY_HANDSHAKE_TIMEOUT", default: handshakeTimeout, in: .milliseconds(100) ... .seconds(300))
        decoyDirectory = settings.existingPath("GATEWAY_DECOY_DIR", .directory)
        decoyUpstream = settings.origin("GATEWAY_DECOY_URL")
        trust.mode = settings.choice("GATEWAY_PROXY_PROTOCOL", default: trust.mode)
        trust.proxies = settings.blocks("GATEWAY_TRUSTED_PROXIES")
        if trust.mode != .off, trust.proxies.isEmpty {
            settings.reject(
                "GATEWAY_TRUSTED_PROXIES", problem: "is not set, but GATEWAY_PROXY_PROTOCOL is on",
                expected: "the blocks of addresses that the proxies in front have")
        }
        maxConnectionsPerAddress = settings.int(
            "GATEWAY_MAX_CONNECTIONS_PER_IP", default: maxConnectionsPerAddress, in: 1...1_000_000)
        threads = settings.int("GATEWAY_THREADS", default: threads, in: 0...256)
    }
}

extension BackendConnection {
    fileprivate init(_ settings: inout Settings) {
        self.init(
            baseURL: settings.requiredURL("BACKEND_BASE_URL", schemes: ["https", "http"]),
            token: settings.require(
                "GATEWAY_TOKEN", expected: "the token (hvg_…) that the backend showed when this gateway was registered",
                secret: true, placeholder: Secret("")
            ) { text in text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? Secret(text) : nil })
        timeout = settings.duration("BACKEND_TIMEOUT", default: timeout, in: .milliseconds(100) ... .seconds(60))
        grace = settings.duration("GATEWAY_BACKEND_GRACE", default: grace, in: .zero ... .seconds(86_400))
    }
}

extension GatewayIdentity {
    fileprivate init(_ settings: inout Settings) {
        self.init(
            nodeID: settings.requiredString(
                "GATEWAY_NODE_ID", expected: "the gateway's id (gwy_…) as the backend registered it"))
        region = settings.string("GATEWAY_REGION", default: region)
        publicURL = settings.url("GATEWAY_PUBLIC_URL", schemes: ["wss"])?.absoluteString
    }
}

extension SessionConfiguration {
    fileprivate init(_ settings: inout Settings) {
        self.init()
        maxSessions = settings.int("GATEWAY_MAX_SESSIONS", default: maxSessions, in: 1...1_000_000)
        maxStreams = settings.int("GATEWAY_MAX_STREAMS", default: maxStreams, in: 1...65_535)
        maxPayload = settings.int("GATEWAY_MAX_PAYLOAD", default: maxPayload, in: 16_384...65_536)
        initialWindow = settings.int("GATEWAY_INITIAL_WINDOW", default: initialWindow, in: 65_536...(16 << 20))
        maxStreamWindow = settings.int("GATEWAY_MAX_STREAM_WINDOW", default: maxStreamWindow, in: 65_536...(1 << 30))
        maxSessionBuffer = settings.int("GATEWAY_MAX_SESSION_BUFFER", default: maxSessionBuffer, in: 65_536...(4 << 30))
        memoryBudget = settings.int("GATEWAY_MEMORY_BUDGET", default: memoryBudget, in: 0...(1 << 50))
        resumeWindow = settings.duration(
            "GATEWAY_RESUME_WINDOW", default: resumeWindow, in: .zero ... .seconds(3_600))
        keepalive = settings.duration("GATEWAY_KEEPALIVE", default: keepalive, in: .seconds(1) ... .seconds(600))
        drainGrace = settings.duration("GATEWAY_DRAIN_GRACE", default: drainGrace, in: .zero ... .seconds(3_600))
    }
}

extension EgressConfiguration {
    fileprivate init(_ settings: inout Settings) {
        self.init()
        kind = settings.choice("GATEWAY_EGRESS", default: kind)
        allow = settings.targetRules("GATEWAY_EGRESS_ALLOW")
        if settings.bool("GATEWAY_EGRESS_ALLOW_LOOPBACK", default: false) { allow += TargetRule.loopback }
        deny = settings.targetRules("GATEWAY_EGRESS_DENY")
        fanOutPerMinute = settings.int("GATEWAY_EGRESS_FANOUT", default: fanOutPerMinute, in: 0...1_000_000)
        connectTimeout = settings.duration(
            "GATEWAY_CONNECT_TIMEOUT", default: connectTimeout, in: .milliseconds(100) ... .seconds(60))
        warmConnections = settings.int("GATEWAY_WARM_CONNECTIONS", default: warmConnections, in: 0...100_000)
    }
}

extension AdminConfiguration {
    fileprivate init(_ settings: inout Settings) {
        self.init()
        address = settings.listenAddress("GATEWAY_METRICS_ADDR", default: address)
        metricsEnabled = settings.bool("GATEWAY_METRICS_ENABLED", default: metricsEnabled)
        metricsPath = settings.urlPath("GATEWAY_METRICS_PATH", default: metricsPath)
    }
}

extension LogConfiguration {
    fileprivate init(_ settings: inout Settings) {
        self.init()
        level = settings.choice("GATEWAY_LOG_LEVEL", default: level)
        format = settings.choice("GATEWAY_LOG_FORMAT", default: format)
    }
}

extension Settings {
    fileprivate mutating func targetRules(_ key: String) -> [TargetRule] {
        list(key).compactMap { text in
            let rule = TargetRule(text)
            if rule == nil {
                reject(
                    key, problem: "has the entry \"\(text)\"",
                    expected: "\(TargetRule.grammar); several separated by commas")
            }
            return rule
        }
    }

    fileprivate mutating func origin(_ key: String) -> ListenAddress? {
        read(key, expected: "http://host:port of the web site, without a path") { text in
            guard let url = URL(string: text), url.scheme == "http", let host = url.host(), !host.isEmpty,
                url.path().isEmpty || url.path() == "/", url.query() == nil, url.user() == nil
            else { return nil }
            return ListenAddress(host: host, port: url.port ?? 80)
        }
    }

    fileprivate mutating func blocks(_ key: String) -> [AddressBlock] {
        list(key).compactMap { text in
            if let block = AddressBlock(text) { return block }
            reject(
                key, problem: "has the entry \"\(text)\"",
                expected: "address blocks like 10.0.0.0/8 or fd00::/8, separated by commas")
            return nil
        }
    }

    fileprivate mutating func urlPath(_ key: String, default fallback: String) -> String {
        read(key, expected: "a path that starts with / and has no spaces, ? or #") { text in
            let allowed = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x23 && $0 != 0x3F }
            return text.hasPrefix("/") && allowed ? text : nil
        } ?? fallback
    }
}
