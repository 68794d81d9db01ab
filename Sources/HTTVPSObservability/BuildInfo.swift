import Foundation

package enum BuildInfo {
    package static let version = "0.1.0"

    package static let revision = revision(in: ProcessInfo.processInfo.environment)

    static func revision(in environment: [String: String]) -> String {
        guard let text = environment["HTTVPS_REVISION"], (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return "unknown" }
        return text
    }
}
