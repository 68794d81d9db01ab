import Foundation

struct AuditOrigin: Sendable {
    var actor: AuditActor
    var requestID: String?
    var traceID: String?
    var moment: Date

    init(_ call: Call) {
        actor = AuditActor(call.caller)
        requestID = call.trace.requestID
        traceID = call.trace.traceID
        moment = call.now
    }

    init(commandLineAt moment: Date) {
        actor = .commandLine
        self.moment = moment
    }
}
