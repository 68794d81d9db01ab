import NIOCore
import NIOHTTP1
import NIOPosix

package struct HealthQuestion: Sendable {
    private static let longestAnswer = 4_096

    private let host: String
    private let port: Int
    private let path: String
    private let patience: Duration

    package init(host: String, port: Int, path: String, patience: Duration = .seconds(3)) {
        self.host = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        self.port = port
        self.path = path
        self.patience = patience
    }

    package func ask() async throws(HealthError) {
        let answer: Answer
        do {
            answer = try await fetch()
        } catch let error as HealthError {
            throw error
        } catch {
            throw HealthError(.unreachable, "\(place) does not answer", cause: error)
        }
        guard let status = answer.status else {
            throw HealthError(.unreachable, "\(place) ended or kept silent without an answer")
        }
        guard status == 200 else {
            throw HealthError(.unwell, "\(place) answers \(status) \(String(buffer: answer.text))")
        }
    }

    private struct Answer {
        var status: UInt?
        var text = ByteBuffer()
    }

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private var place: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)" }

    private func fetch() async throws -> Answer {
        let limit = TimeAmount(patience)
        let connection: Connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(limit)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let deadline = connection.channel.eventLoop.scheduleTask(in: limit) {
            connection.channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            return try await Self.answer(inbound)
        }
    }

    private var head: HTTPRequestHead {
        let headers: HTTPHeaders = ["host": "localhost", "connection": "close", "user-agent": "health"]
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
    }

    private static func answer(_ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> Answer {
        var answer = Answer()
        for try await part in parts {
            switch part {
            case .head(let head): answer.status = head.status.code
            case .body(var bytes):
                let room = longestAnswer - answer.text.readableBytes
                if var taken = bytes.readSlice(length: min(room, bytes.readableBytes)) {
                    answer.text.writeBuffer(&taken)
                }
            case .end: return answer
            }
        }
        return answer
    }
}
