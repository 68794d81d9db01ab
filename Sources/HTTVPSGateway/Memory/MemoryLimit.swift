import Foundation

package enum MemoryLimit {
    private static let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]

    package static func bytes() -> Int {
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return groups.compactMap(read).filter { $0 > 0 }.reduce(physical, min)
    }

    package static func share(percent: Int) -> Int { bytes() / 100 * percent }

    private static func read(_ path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
