import HTTPTypes
import HTTVPSObservability
import Logging

enum AccessLog {
    static func write(
        _ outcome: RequestPipeline.Outcome, method: HTTPRequest.Method, duration: Duration, to logger: Logger
    ) {
        var fields: Logger.Metadata = .fields([
            .method: .string(method.rawValue), .route: .string(outcome.route),
            .status: .number(outcome.answer.status.code), .durationMilliseconds: .number(milliseconds(duration)),
            .outcome: .string(outcome.code?.rawValue ?? "ok"),
        ])
        if let (key, id) = identity(outcome.caller) { fields[key] = .string(id) }
        if let cause = outcome.cause { fields[.error] = .string("\(cause)") }
        let level: Logger.Level =
            outcome.answer.status.code >= 500 ? .error : quiet.contains(outcome.route) ? .debug : .info
        logger.log(level: level, "request answered", metadata: fields)
    }

    private static let quiet: Set<String> = ["/livez", "/readyz"]

    private static func identity(_ caller: Caller) -> (LogKey, String)? {
        switch caller {
        case .device(let id, _): (.deviceID, id)
        case .gateway(let id, _): (.gatewayID, id)
        case .node(let id, _): (.nodeID, id)
        case .administrator(let id, _, _), .apiToken(let id, _, _): (.administratorID, id)
        case .none: nil
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
