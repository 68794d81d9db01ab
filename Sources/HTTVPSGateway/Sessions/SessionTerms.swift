import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import Tracing

struct SessionTerms {
    let grant: SessionGrant
    let deviceID: String
    let egress: any Egress
    let meter: UsageMeter
    let lease: ByteLease
    let logger: Logger
    let trace: ServiceContext?

    init(
        _ hello: Hello, _ response: ValidateDeviceResponse, _ environment: SessionEnvironment, loop: any EventLoop,
        requestID: String, trace: ServiceContext? = nil
    ) {
        let grant = environment.policy.grant(for: hello, response)
        var logger = environment.logger
        for (key, value) in [
            (LogKey.requestID, requestID), (.sessionID, grant.sessionID), (.userID, grant.userID),
            (.deviceID, response.deviceID),
        ] { logger[key] = .string(value) }
        if let trace = trace?.trace { logger[.traceID] = .string(trace.traceIDText) }
        self.trace = trace?.trace?.isSampled == true ? trace : nil
        egress = environment.makeEgress(for: hello, response, loop: loop, logger: logger, trace: self.trace)
        logger[.nodeID] = egress.nodeID.map { .string($0) }
        (meter, lease) = environment.usage.openSession(sessionID: grant.sessionID, limits: response.limits)
        self.grant = grant
        self.logger = logger
        deviceID = response.deviceID
    }
}
