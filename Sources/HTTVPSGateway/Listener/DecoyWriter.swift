import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

struct DecoyWriter: ResponseBodyWriter {
    let channel: any Channel
    let hasBody: Bool

    static func write(
        _ response: Response, to head: HTTPRequestHead, channel: any Channel, keepAlive: Bool
    ) async throws {
        var response = response
        if let length = response.body.contentLength, response.headers[.contentLength] == nil,
            response.status != .notModified
        {
            response.headers[.contentLength] = String(length)
        }
        response.headers[.date] = HTTPDate.now()
        if !keepAlive { response.headers[.connection] = "close" }
        var answer = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: response.status.code), headers: .init(response.headers))
        if keepAlive, head.version == .http1_0 { answer.headers.add(name: "connection", value: "keep-alive") }
        channel.write(HTTPServerResponsePart.head(answer), promise: nil)
        try await response.body.write(DecoyWriter(channel: channel, hasBody: head.method != .HEAD))
    }

    func write(_ buffer: ByteBuffer) async throws {
        if hasBody { try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer))) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
