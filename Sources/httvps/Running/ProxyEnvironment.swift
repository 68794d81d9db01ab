struct ProxyEnvironment: Equatable, Sendable {
    private static let withheld: Set<String> = ["NO_PROXY", "no_proxy", "HTTVPS_DEVICE_TOKEN"]

    let socksPort: Int
    let httpPort: Int

    func added(to environment: [String: String]) -> [String: String] {
        var result = environment.filter { !Self.withheld.contains($0.key) }
        for (name, address) in [
            ("ALL_PROXY", "socks5h://127.0.0.1:\(socksPort)"), ("HTTP_PROXY", "http://127.0.0.1:\(httpPort)"),
            ("HTTPS_PROXY", "http://127.0.0.1:\(httpPort)"),
        ] {
            result[name] = address
            result[name.lowercased()] = address
        }
        return result
    }
}
