import ArgumentParser
import Foundation
import HTTVPSClient
import UnixSignals

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one command through the tunnel.",
        discussion: """
            Serves proxies on free loopback ports for as long as the command runs, and tells it about them in \
            ALL_PROXY (socks5h://), HTTP_PROXY and HTTPS_PROXY, in upper and lower case; NO_PROXY is taken away, and so \
            is the device's token. Signals are passed on, and the exit code is the command's, or 128 + the number of \
            the signal that ended it.

            When the tunnel fails before the command starts: 64 wrong usage, 69 gateway unreachable, 75 try again \
            later, 77 device refused, 78 wrong configuration. 126: the command cannot be executed, 127: it is not found.

            Example:
              httvps run -- curl https://example.org/
            """)

    @OptionGroup(title: "Gateway")
    var options: TunnelOptions

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    @Argument(parsing: .postTerminator, help: "The command and its arguments, behind --.")
    var command: [String] = []

    func validate() throws {
        guard let name = command.first, !name.isEmpty else {
            throw ValidationError("Name a command behind --, as in: httvps run -- curl https://example.org/")
        }
    }

    func run() async throws {
        let inherited = OpenFiles.inherited()
        let ignored = ForwardedSignals.ignored()
        let trapped = ForwardedSignals.all.filter { !ignored.contains($0.rawValue) }
        let signals = await UnixSignalsSequence(trapping: trapped)
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let settings = TunnelSettings(options: options, profile: profile, environment: environment)
            let tunnel = try Tunnel(try await settings.configuration())
            let socks = try await tunnel.startProxy(.socks5, port: 0)
            let http = try await tunnel.startProxy(.http, port: 0)
            let proxies = ProxyEnvironment(socksPort: socks.port, httpPort: http.port)
            let child = ChildCommand(
                words: OriginalWords.arguments(as: command),
                environment: proxies.added(to: OriginalWords.environment()), ignoredSignals: ignored,
                inheritedFiles: inherited)
            let status = try await run(child, through: tunnel, signals)
            if status != 0 { throw ExitCode(status) }
        }
    }

    private func run(_ child: ChildCommand, through tunnel: Tunnel, _ signals: UnixSignalsSequence) async throws
        -> Int32
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await Self.complain(of: tunnel) }
            group.addTask { try? await tunnel.run() }
            group.addTask {
                for await signal in signals {
                    child.take(signal.rawValue)
                    if child.earlySignal != nil { tunnel.stop() }
                }
            }
            defer {
                group.cancelAll()
                tunnel.stop()
            }
            do {
                try await Self.waitForSession(tunnel)
            } catch {
                guard let signal = child.earlySignal else { throw error }
                return ExitStatus.afterSignal + signal
            }
            return try await child.run()
        }
    }

    private static func waitForSession(_ tunnel: Tunnel) async throws {
        for await state in tunnel.states() {
            switch state {
            case .connected: return
            case .stopped(let error): throw error
            default: continue
            }
        }
        throw ClientError(.stopped, "the tunnel was stopped")
    }

    private static func complain(of tunnel: Tunnel) async {
        var wasConnected = false
        for await state in tunnel.states() {
            switch state {
            case .connected: wasConnected = true
            case .stopped(let error) where wasConnected && error.code != .stopped:
                Terminal.complain("the tunnel ended: \(error)")
            default: continue
            }
        }
    }
}
