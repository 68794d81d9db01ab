/// What a probe of a gateway found: how long each step took, and the step that failed, if any.
public struct ProbeReport: Sendable {
    /// A step on the way from nothing to a target's first byte.
    public enum Phase: String, CaseIterable, Sendable {
        /// The name's addresses are looked up.
        case resolve
        /// The TCP connection.
        case connect
        /// The TLS handshake.
        case tls
        /// The WebSocket's request and the site's answer.
        case upgrade
        /// From hello to the gateway's verdict.
        case session
        /// A ping and its pong.
        case ping
        /// The stream to the target: the gateway reached a node.
        case stream
        /// The target's first byte, in answer to an HTTP request for `/`.
        case answer
    }

    /// A step that succeeded.
    public struct Step: Equatable, Sendable {
        /// Which step it was.
        public var phase: Phase
        /// How long it took.
        public var duration: Duration
    }

    /// The gateway that was probed.
    public var gateway: GatewayAddress
    /// The steps that succeeded, in their order.
    public var steps: [Step] = []
    /// What carried the session, once it was open.
    public var carrier: CarrierKind?
    /// The version of TLS, as in `TLS 1.3`.
    public var tlsVersion: String?
    /// The application protocol that was agreed in TLS, if any.
    public var applicationProtocol: String?
    /// The session that the gateway granted for the probe.
    public var sessionID: String?
    /// The region that was served.
    public var region: String?
    /// The step that failed, where one did.
    public var failedPhase: Phase?
    /// Why it failed.
    public var error: ClientError?

    /// Whether every step succeeded.
    public var isPassed: Bool { error == nil }

    /// How long all steps took together.
    public var total: Duration { steps.reduce(.zero) { $0 + $1.duration } }

    init(gateway: GatewayAddress) { self.gateway = gateway }

    /// How long a step took, where it succeeded.
    public func duration(of phase: Phase) -> Duration? { steps.first { $0.phase == phase }?.duration }
}
