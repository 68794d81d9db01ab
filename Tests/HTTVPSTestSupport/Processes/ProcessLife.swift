import Foundation

package enum ProcessLife {
    package static func isRunning(_ id: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let name = status.lastIndex(of: ")")
        else { return false }
        let state = status[status.index(after: name)...].drop { $0 == " " }.first
        return state != "Z" && state != "X"
    }
}
