import HTTPTypes
import Hummingbird
import NIOCore

struct RequestBodyReader: Sendable {
    static let limit = 1_048_576

    static func bytes(of request: Request, shape: Endpoint.Body) async throws(ProblemError) -> [UInt8] {
        guard shape != .none else { return [] }
        let isGzip = try encoding(of: request.headers)
        if shape != .optional { try checkMediaType(request.headers, shape) }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        var buffer = try await collect(request.body)
        if shape == .optional, buffer.readableBytes > 0 { try checkMediaType(request.headers, shape) }
        if isGzip, shape != .optional || buffer.readableBytes > 0 { buffer = try inflated(buffer) }
        return Array(buffer.readableBytesView)
    }

    static func json(_ bytes: [UInt8], shape: Endpoint.Body) throws(ProblemError) -> JSONValue? {
        if shape == .none || shape == .optional && bytes.isEmpty { return nil }
        do {
            return try JSONReader.value(of: bytes)
        } catch {
            let detail = "The body is not the JSON that this API takes: \(error.reason) (byte \(error.offset))."
            throw ProblemError(.malformedJSON, detail)
        }
    }

    private static let tooLarge = ProblemError(.bodyTooLarge, "A body may have at most 1 MiB, unpacked too.")

    private static func checkMediaType(_ headers: HTTPFields, _ shape: Endpoint.Body) throws(ProblemError) {
        guard MediaType.accepts(headers, among: shape.mediaTypes) else {
            let listed = shape.mediaTypes.joined(separator: " or ")
            throw ProblemError(.unsupportedMediaType, "Send the body with Content-Type \(listed).")
        }
    }

    private static func encoding(of headers: HTTPFields) throws(ProblemError) -> Bool {
        let values = headers[values: .contentEncoding]
        guard !values.isEmpty else { return false }
        guard values.count == 1, values[0].lowercased() == "gzip" else {
            throw ProblemError(.unsupportedMediaType, "The only Content-Encoding that is taken is gzip.")
        }
        return true
    }

    private static func collect(_ body: RequestBody) async throws(ProblemError) -> ByteBuffer {
        var collected = ByteBuffer()
        do {
            for try await var piece in body {
                guard collected.readableBytes + piece.readableBytes <= limit else { throw tooLarge }
                collected.writeBuffer(&piece)
            }
        } catch let problem as ProblemError {
            throw problem
        } catch {
            throw ProblemError(.malformedJSON, "The body ended before it was complete.", cause: error)
        }
        return collected
    }

    private static func inflated(_ buffer: ByteBuffer) throws(ProblemError) -> ByteBuffer {
        do {
            return try Gunzip.bytes(buffer, limit: limit)
        } catch {
            switch error {
            case .tooLarge: throw tooLarge
            case .malformed: throw ProblemError(.malformedGzip, "The body is not gzip, or cut short.")
            }
        }
    }
}
