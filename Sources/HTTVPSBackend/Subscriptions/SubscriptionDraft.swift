import Foundation

struct SubscriptionDraft: Equatable, Sendable {
    var userID: String?
    var planID: String?
    var startsAt: Date
    var endsAt: Date?
    var timezone: String

    init(_ reader: inout MemberReader, now: Date, timeZones: Set<String>) {
        userID = reader.reference("user_id", required: true)
        planID = reader.reference("plan_id", required: true)
        let start = reader.time("starts_at")
        startsAt = start ?? now
        endsAt = reader.time("ends_at")
        let zone = reader.pattern("timezone", form: "an IANA time zone like Europe/Berlin", where: timeZones.contains)
        timezone = zone ?? "UTC"
        if let endsAt, let start, endsAt <= start {
            reader.fault("ends_at", .beforeStart, "ends_at lies behind starts_at.")
        }
        if let endsAt, endsAt <= now { reader.fault("ends_at", .inThePast, "ends_at lies in the future.") }
        reader.faultUnknownMembers()
    }
}
