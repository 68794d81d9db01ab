import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

enum Gunzip {
    enum Failure: Error, Equatable {
        case tooLarge
        case malformed
    }

    static func bytes(_ compressed: ByteBuffer, limit: Int) throws(Failure) -> ByteBuffer {
        guard compressed.readableBytesView.starts(with: [0x1F, 0x8B]) else { throw .malformed }
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do {
            let decompressor = NIOHTTPRequestDecompressor(limit: .size(limit))
            try channel.pipeline.syncOperations.addHandler(decompressor)
            try feed(compressed, to: channel)
            return try collect(from: channel, limit: limit)
        } catch let failure as Failure {
            throw failure
        } catch NIOHTTPDecompression.DecompressionError.limit {
            throw .tooLarge
        } catch {
            throw .malformed
        }
    }

    private static func feed(_ compressed: ByteBuffer, to channel: EmbeddedChannel) throws {
        let headers: HTTPHeaders = ["content-encoding": "gzip"]
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: headers)
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        try channel.writeInbound(HTTPServerRequestPart.body(compressed))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
    }

    private static func collect(from channel: EmbeddedChannel, limit: Int) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .body(var piece) = part { bytes.writeBuffer(&piece) }
        }
        guard bytes.readableBytes <= limit else { throw Failure.tooLarge }
        return bytes
    }
}
