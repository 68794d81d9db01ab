import ArgumentParser
import Foundation
import HTTVPSClient
import Logging
import UnixSignals

struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Connect to a gateway and serve local proxies through it.",
        discussion: """
            Options win over the environment. The device's token is read from a file or from the environment only, so \
            that no process list shows it.

              HTTVPS_GATEWAY_URL    the gateway's address, wss://host:port/path
              HTTVPS_CA_CERT        PEM file with the authority that signed the gateway's certificate
              HTTVPS_DEVICE_ID      the device's identifier
              HTTVPS_DEVICE_TOKEN   the device's token

            Exit codes: 0 stopped by a signal, 64 wrong usage, 69 gateway unreachable, 77 device refused, \
            78 wrong configuration.

            Example:
              HTTVPS_DEVICE_TOKEN=… httvps connect --gateway wss://gateway.example:443/ws --device-id dev_1 \
            --socks 127.0.0.1:1080
              curl --socks5-hostname 127.0.0.1:1080 https://example.org/
            """)

    @Option(help: "A gateway's address, wss://host:port/path; may be given several times.")
    var gateway: [String] = []

    @Option(help: "The device's identifier.")
    var deviceId: String?

    @Option(help: "A file with the device's token.")
    var tokenFile: String?

    @Option(help: "A PEM file with the certificate authorities to trust instead of the system's.")
    var caCert: String?

    @Option(help: "Serve SOCKS5 on this host:port.")
    var socks: ListenAddress?

    @Option(help: "Serve an HTTP proxy on this host:port.")
    var http: ListenAddress?

    @Option(help: "The region to ask for.")
    var region: String?

    @Flag(help: "Answer applications only once the far end stands, so that failures have their own codes.")
    var waitForTarget = false

    @Option(help: "Seconds to try for the first session before giving up with exit code 69.")
    var giveUpAfter = 30

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func validate() throws {
        guard socks != nil || http != nil else {
            throw ValidationError("Name at least one local proxy: --socks host:port or --http host:port.")
        }
    }

    func run() async throws {
        do {
            try await serve(try Tunnel(try tunnelConfiguration()))
        } catch let error as ClientError {
            StatusLine.fail("httvps: \(error)")
            throw ExitCode(Self.exitCode(error.code))
        }
    }

    private func serve(_ tunnel: Tunnel) async throws {
        let level = logLevel
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await startProxies(tunnel)
            group.addTask { await StatusLine.follow(tunnel.states(), level: level) }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return tunnel.stop() }
            }
            try await tunnel.run()
            group.cancelAll()
        }
    }

    private func startProxies(_ tunnel: Tunnel) async throws {
        for (kind, address) in [(LocalProxy.Kind.socks5, socks), (.http, http)] {
            guard let address else { continue }
            let proxy = try await tunnel.startProxy(
                kind, host: address.host, port: address.port, repliesAtOnce: !waitForTarget)
            if logLevel <= .info { StatusLine.say("\(kind.rawValue) proxy on \(address.host):\(proxy.port)") }
        }
    }

    private func tunnelConfiguration() throws -> TunnelConfiguration {
        let environment = ProcessInfo.processInfo.environment
        var faults: [String] = []
        func noting<Value>(_ read: () throws -> Value) -> Value? {
            do { return try read() } catch {
                faults.append("\(error)")
                return nil
            }
        }
        let gateways = noting { try self.gateways(environment) }
        let device = noting { try self.device(environment) }
        let token = noting { try self.token(environment) }
        let authority = noting { try self.authority(environment) }
        guard let gateways, let device, let token, let authority else {
            throw ClientError(.configuration, faults.joined(separator: "\nhttvps: "))
        }
        var configuration = TunnelConfiguration(gateways: gateways, deviceID: device, token: token)
        configuration.certificateAuthorityFile = authority
        configuration.region = region
        configuration.firstSessionWithin = .seconds(giveUpAfter)
        return configuration
    }

    private func gateways(_ environment: [String: String]) throws -> [GatewayAddress] {
        let named = gateway.isEmpty ? [environment["HTTVPS_GATEWAY_URL"]].compactMap { $0 } : gateway
        guard !named.isEmpty else {
            throw ClientError(.configuration, "name a gateway: --gateway or HTTVPS_GATEWAY_URL")
        }
        return try named.map { try GatewayAddress($0) }
    }

    private func device(_ environment: [String: String]) throws -> String {
        guard let device = deviceId ?? environment["HTTVPS_DEVICE_ID"], !device.isEmpty else {
            throw ClientError(.configuration, "name the device: --device-id or HTTVPS_DEVICE_ID")
        }
        return device
    }

    private func authority(_ environment: [String: String]) throws -> String? {
        guard let file = caCert ?? environment["HTTVPS_CA_CERT"], !file.isEmpty else { return nil }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw ClientError(.configuration, "the certificate file \(file) cannot be read")
        }
        return file
    }

    private func token(_ environment: [String: String]) throws -> String {
        let text: String
        if let tokenFile {
            guard let read = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
                throw ClientError(.configuration, "the token file \(tokenFile) cannot be read")
            }
            text = read
        } else {
            text = environment["HTTVPS_DEVICE_TOKEN"] ?? ""
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else {
            throw ClientError(.configuration, "give the device's token: --token-file or HTTVPS_DEVICE_TOKEN")
        }
        return token
    }

    private static func exitCode(_ code: ClientError.Code) -> Int32 {
        switch code {
        case .configuration: 78
        case .refused: 77
        case .unreachable, .sessionEnded, .streamClosed, .timeout: 69
        case .stopped: 0
        }
    }
}
