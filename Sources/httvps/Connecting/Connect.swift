import ArgumentParser
import Foundation
import HTTVPSClient
import Logging
import UnixSignals

struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Connect to a gateway and serve local proxies through it.",
        discussion: """
            Uses the credentials that `httvps enroll` kept, or a token. Options win over the environment, the \
            environment over what was kept; with --profile or --config, what was kept there wins over the environment. \
            A token is read from a file or from the environment only, so that no process list shows it.

              HTTVPS_GATEWAY_URL    the gateways' addresses, wss://host:port/path, with blanks in between
              HTTVPS_CA_CERT        PEM file with the authority that signed the gateway's certificate
              HTTVPS_DEVICE_ID      the device's identifier, together with
              HTTVPS_DEVICE_TOKEN   the device's token

            In a terminal one line shows how the tunnel stands; elsewhere each change is a line.

            Exit codes: 0 stopped by a signal, 64 wrong usage, 69 gateway unreachable, 75 try again later, 77 device \
            refused, 78 wrong configuration.

            Example:
              httvps connect --socks 127.0.0.1:1080 --http 127.0.0.1:8080
              curl --socks5-hostname 127.0.0.1:1080 https://example.org/
            """)

    @OptionGroup(title: "Gateway")
    var options: TunnelOptions

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    @Option(help: "Serve SOCKS5 on this host:port.")
    var socks: ListenAddress?

    @Option(help: "Serve an HTTP proxy on this host:port.")
    var http: ListenAddress?

    @Flag(help: "Answer applications only once the far end stands, so that failures have their own codes.")
    var waitForTarget = false

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func validate() throws {
        guard socks != nil || http != nil else {
            throw ValidationError("Name at least one local proxy: --socks host:port or --http host:port.")
        }
    }

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let settings = TunnelSettings(options: options, profile: profile, environment: environment)
            try await serve(try Tunnel(try await settings.configuration()))
        }
    }

    private func serve(_ tunnel: Tunnel) async throws {
        let board = StatusBoard(
            tunnel: tunnel, level: logLevel, showsLine: TerminalStream.output.showsLines && logLevel <= .info)
        let ignored = ForwardedSignals.ignored()
        let ending = [UnixSignal.sighup, .sigint, .sigterm].filter { !ignored.contains($0.rawValue) }
        try await startProxies(tunnel)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let running = Task { try await tunnel.run() }
            group.addTask { await board.follow() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: ending) { return running.cancel() }
            }
            defer { group.cancelAll() }
            try await running.value
        }
    }

    private func startProxies(_ tunnel: Tunnel) async throws {
        for (kind, address) in [(LocalProxy.Kind.socks5, socks), (.http, http)] {
            guard let address else { continue }
            let proxy = try await tunnel.startProxy(
                kind, host: address.host, port: address.port, repliesAtOnce: !waitForTarget)
            if logLevel <= .info { Terminal.note("\(kind.rawValue) proxy on \(address.host):\(proxy.port)") }
        }
    }
}
