import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

struct DecoySite: Sendable {
    private static let shipped = "deploy/decoy"

    private let responder: any HTTPResponder<BasicRequestContext>
    private let logger: Logger

    init(directory: String?, logger: Logger) {
        let router = Router()
        router.add(middleware: FileMiddleware(directory ?? Self.shipped, searchForIndexHtml: true, logger: logger))
        responder = router.buildResponder()
        self.logger = logger
    }

    func answer(_ head: HTTPRequest, channel: any Channel) async -> Response {
        let context = BasicRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        do {
            let response = try await responder.respond(to: request, context: context)
            return response.status == .notFound ? Self.plain(response.status) : response
        } catch let error as any HTTPResponseError {
            return Self.plain(error.status)
        } catch {
            return Self.plain(.internalServerError)
        }
    }

    static func plain(_ status: HTTPResponse.Status) -> Response {
        let body =
            "<!doctype html>\n<title>\(status.code) \(status.reasonPhrase)</title>\n<h1>\(status.reasonPhrase)</h1>\n"
        return Response(
            status: status, headers: [.contentType: "text/html"], body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
