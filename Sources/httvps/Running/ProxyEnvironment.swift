struct ProxyEnvironment: Equatable, Sendable {
    private static let withheld: Set<String> = ["NO_PROXY", "no_proxy", "HTTVPS_DEVICE_TOKEN"]

    let socksPort: Int
    let httpPort: Int

    func added(to environment: [RawText]) -> [RawText] {
        let proxies = [
            ("ALL_PROXY", "socks5h://127.0.0.1:\(socksPort)"), ("HTTP_PROXY", "http://127.0.0.1:\(httpPort)"),
            ("HTTPS_PROXY", "http://127.0.0.1:\(httpPort)"),
        ].flatMap { [($0.0, $0.1), ($0.0.lowercased(), $0.1)] }
        let replaced = Self.withheld.union(proxies.map(\.0))
        return environment.filter { !replaced.contains($0.nameOfVariable) }
            + proxies.map { RawText("\($0.0)=\($0.1)") }
    }
}
