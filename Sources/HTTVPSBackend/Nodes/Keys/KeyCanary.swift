import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore
import NIOPosix
import NIOSSL

struct KeyCanary: Sendable {
    let tls: NIOSSLContext
    var target: TargetAddress?
    var connectTimeout = TimeAmount.seconds(3)
    var patience = TimeAmount.seconds(3)
    var group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    func outcome(of key: OutlineKey, of server: ManagementAddress) async throws -> CanaryOutcome {
        guard let target = target ?? server.target else { return .failed("There is no address to try the key with.") }
        return try await outcome(of: key, to: target)
    }

    func outcome(of key: OutlineKey, to target: TargetAddress) async throws -> CanaryOutcome {
        guard let access = try? AccessKey(key) else { return .failed("The key cannot be used.") }
        var address = ByteBuffer()
        address.writeSocksAddress(target)
        return try await stream(through: access, to: address)
    }

    private func stream(through key: AccessKey, to address: ByteBuffer) async throws -> CanaryOutcome {
        let promise = group.any().makePromise(of: CanaryOutcome.self)
        let (tls, patience) = (tls, patience)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop).connectTimeout(connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        CanaryTunnel(key: key, address: address, patience: patience, promise: promise))
                    try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: key.host, port: Int(key.port)).get()
        } catch {
            promise.succeed(.failed("The node's port does not answer."))
            try Task.checkCancellation()
            return .failed("The node's port does not answer.")
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

extension AccessKey {
    init(_ key: OutlineKey) throws {
        let prefix = (key.prefix ?? "").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        try self.init(
            host: key.host, port: UInt16(truncatingIfNeeded: key.port),
            method: CipherMethod(name: key.method) ?? .default, password: key.password, prefix: prefix)
    }
}
