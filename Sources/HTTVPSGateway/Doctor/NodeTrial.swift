import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore
import NIOPosix
import NIOSSL

struct NodeTrial: Sendable {
    private static let most = 20

    let controlPlane: any ControlPlane
    let deviceID: String
    let target: TargetAddress
    var connectTimeout = TimeAmount.seconds(3)
    var patience = TimeAmount.seconds(3)

    func diagnoses() async -> [Diagnosis] {
        var (diagnoses, tried): ([Diagnosis], [String]) = ([], [])
        while tried.count < Self.most {
            do {
                let request = AssignOutlineRequest(
                    deviceID: deviceID, sessionID: nil, regionCode: nil, exclude: tried)
                let node = try await controlPlane.assignOutline(request, requestID: RequestID.make())
                if tried.contains(node.nodeID) { break }
                tried.append(node.nodeID)
                diagnoses.append(await diagnosis(of: node))
            } catch {
                if error.code == .noEgressAvailable, !tried.isEmpty { break }
                let advice = "Name a device that exists, and look at httvps admin explain \(deviceID)."
                return diagnoses + [.fail("nodes", error.message, advice)]
            }
        }
        return diagnoses
    }

    private func diagnosis(of node: AssignedNode) async -> Diagnosis {
        let check = "node \(node.nodeID)"
        switch await outcome(of: node) {
        case .proven: return .ok(check, "carried bytes to the gateway's public address, and back")
        case .held:
            return .warn(
                check, "takes the key, and nothing came back",
                "See that the node reaches the internet, and that GATEWAY_PUBLIC_URL answers from there.")
        case .failed(let reason):
            return .fail(check, reason, "Start the node, compare its key, open its port to this gateway.")
        }
    }

    private func outcome(of node: AssignedNode) async -> CanaryOutcome {
        guard let method = CipherMethod(name: node.method), let tls = try? Self.trustingContext() else {
            return .failed("The key cannot be used.")
        }
        let prefix = (node.prefix ?? "").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        guard
            let key = try? AccessKey(
                host: node.host, port: node.port, method: method, password: node.password, prefix: prefix)
        else { return .failed("The key cannot be used.") }
        var address = ByteBuffer()
        address.writeSocksAddress(target)
        return await stream(through: key, to: address, tls)
    }

    private func stream(through key: AccessKey, to address: ByteBuffer, _ tls: NIOSSLContext) async -> CanaryOutcome {
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: CanaryOutcome.self)
        let patience = patience
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop).connectTimeout(connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        CanaryTunnel(key: key, address: address, patience: patience, promise: promise))
                    try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                }
            }
        do {
            _ = try await bootstrap.connect(host: key.host, port: Int(key.port)).get()
        } catch {
            promise.succeed(.failed("The node's port does not answer."))
        }
        return (try? await promise.futureResult.get()) ?? .failed("The node could not be tried.")
    }

    private static func trustingContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return try NIOSSLContext(configuration: configuration)
    }
}
