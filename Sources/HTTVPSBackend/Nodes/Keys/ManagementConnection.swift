import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

struct ManagementConnection: Sendable {
    struct Limits: Sendable {
        var connect = TimeAmount.seconds(3)
        var answer = TimeAmount.seconds(10)
        var bytes = 1 << 20
    }

    let tls: NIOSSLContext
    var limits = Limits()
    var group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    static func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: configuration)
    }

    func send(
        _ method: HTTPMethod, _ resource: String, body: [UInt8] = [], to address: ManagementAddress
    ) async throws -> ManagementAnswer {
        let pin = PinnedCertificate(sha256: address.certificateHash)
        do {
            return try await exchange(head(method, resource, body, address), body, address, pin)
        } catch let error as OutlineServerError {
            throw pin.hasMismatched ? Self.wrongCertificate : error
        } catch {
            if pin.hasMismatched { throw Self.wrongCertificate }
            try Task.checkCancellation()
            throw OutlineServerError(.unreachable, "The management server cannot be reached.")
        }
    }

    private static let wrongCertificate = OutlineServerError(
        .wrongCertificate, "The management server shows another certificate than cert_sha256 names.")

    private func exchange(
        _ head: HTTPRequestHead, _ body: [UInt8], _ address: ManagementAddress, _ pin: PinnedCertificate
    ) async throws -> ManagementAnswer {
        let promise = group.any().makePromise(of: ManagementAnswer.self)
        let (tls, limits) = (tls, limits)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop).connectTimeout(limits.connect)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOSSLClientHandler(
                            context: tls, serverHostname: nil, customVerificationCallback: pin.verify))
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: limits.bytes))
                    try pipeline.addHandler(
                        ManagementAnswerHandler(head: head, body: body, deadline: limits.answer, promise: promise))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: address.host, port: address.port).get()
        } catch {
            promise.fail(error)
            throw error
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private func head(
        _ method: HTTPMethod, _ resource: String, _ body: [UInt8], _ address: ManagementAddress
    ) -> HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: address.path(resource))
        head.headers.add(name: "Host", value: address.hostField)
        head.headers.add(name: "Accept", value: "application/json")
        head.headers.add(name: "Connection", value: "close")
        if !body.isEmpty { head.headers.add(name: "Content-Type", value: "application/json") }
        if !body.isEmpty || method == .PUT || method == .POST {
            head.headers.add(name: "Content-Length", value: String(body.count))
        }
        return head
    }
}
