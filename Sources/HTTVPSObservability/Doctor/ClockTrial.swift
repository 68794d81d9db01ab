package import Foundation

package struct ClockTrial: Sendable {
    private static let tolerable: TimeInterval = 2
    private static let bearable: TimeInterval = 30

    package static func diagnosis(of other: String, ahead: TimeInterval) -> Diagnosis {
        let seconds = String(format: "%.1f", abs(ahead))
        let advice = "Let both machines keep their clocks by NTP (timedatectl set-ntp true)."
        switch abs(ahead) {
        case ...tolerable: return .ok("clock", "within \(seconds) s of the \(other)")
        case ...bearable: return .warn("clock", "\(seconds) s off the \(other)", advice)
        default: return .fail("clock", "\(seconds) s off the \(other): tokens look expired or not yet good", advice)
        }
    }

    package static func date(ofHeader text: String) -> Date? {
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = TimeZone(identifier: "UTC")
        form.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return form.date(from: text)
    }
}
