package struct PostgresClusterConfiguration: Sendable {
    package var folder: String
    package var tcpPort: UInt16?
    package var isDurable = true
    package var isDiscardedAtEnd = false
    package var settings: [String: String] = [:]
    package var startTimeout: Duration = .seconds(30)

    package init(folder: String) { self.folder = folder }

    var serverSettings: [String: String] {
        var all = [
            "listen_addresses": tcpPort == nil ? "" : "127.0.0.1", "max_connections": "100",
            "unix_socket_permissions": "0700", "logging_collector": "off", "log_destination": "stderr",
            "dynamic_shared_memory_type": "posix",
        ]
        if !isDurable {
            for name in ["fsync", "synchronous_commit", "full_page_writes"] { all[name] = "off" }
        }
        return all.merging(settings) { _, chosen in chosen }
    }
}
