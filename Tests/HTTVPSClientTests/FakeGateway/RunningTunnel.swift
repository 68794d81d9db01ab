@testable import HTTVPSClient

func withTunnel<Value: Sendable>(
    _ configuration: TunnelConfiguration, clock: TunnelClock = TunnelClock(),
    _ body: @Sendable @escaping (Tunnel) async throws -> Value
) async throws -> Value {
    let tunnel = try Tunnel(configuration, clock: clock)
    let run = Task { try await tunnel.run() }
    do {
        let value = try await body(tunnel)
        tunnel.stop()
        try await run.value
        return value
    } catch {
        tunnel.stop()
        _ = await run.result
        throw error
    }
}
