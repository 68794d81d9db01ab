import Foundation

#if canImport(Glibc)
    import Glibc
#endif

package enum ProcessMetrics {
    package static func register(on registry: PrometheusRegistry, service: String) {
        registry.info(
            "httvps_build_info", help: "Version and revision of the running service.",
            labels: ["service": service, "version": BuildInfo.version, "revision": BuildInfo.revision])
        registry.counter("process_cpu_seconds_total", help: "User and system CPU time spent in seconds.") {
            cpuSeconds()
        }
        registry.gauge("process_resident_memory_bytes", help: "Resident memory size in bytes.") { residentBytes() }
        registry.gauge("process_virtual_memory_bytes", help: "Virtual memory size in bytes.") {
            memoryPages().map { $0.virtual * pageBytes } ?? 0
        }
        registry.gauge("process_threads", help: "Number of operating system threads.") { Double(threads()) }
        registry.gauge("process_open_fds", help: "Number of open file descriptors.") { Double(openDescriptors()) }
        registry.gauge("process_max_fds", help: "Maximum number of open file descriptors.") { maximumDescriptors() }
        let start = Double(Timestamp.now().millisecondsSinceEpoch) / 1_000 - secondsSinceStart()
        registry.gauge("process_start_time_seconds", help: "Start time of the process since the Unix epoch.") { start }
    }

    package static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    package static func openDescriptors() -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return max(0, names.count - 1)
    }

    package static func residentBytes() -> Double { memoryPages().map { $0.resident * pageBytes } ?? 0 }

    private static var pageBytes: Double { Double(sysconf(Int32(_SC_PAGESIZE))) }

    private static func memoryPages() -> (virtual: Double, resident: Double)? {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        guard fields.count > 1, let all = Double(fields[0]), let resident = Double(fields[1]) else { return nil }
        return (all, resident)
    }

    private static func threads() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.count ?? 0
    }

    private static func maximumDescriptors() -> Double {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : 0
    }

    private static func secondsSinceStart() -> Double {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let uptimeText = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
            let uptime = uptimeText.split(separator: " ").first.flatMap({ Double($0) }),
            let end = stat.lastIndex(of: ")")
        else { return 0 }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return 0 }
        return max(0, uptime - ticks / Double(sysconf(Int32(_SC_CLK_TCK))))
    }
}
