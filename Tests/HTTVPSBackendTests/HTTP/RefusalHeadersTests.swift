import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("Answers to bytes that are no HTTP request")
struct RefusalHeadersTests {
    private func sent(_ head: HTTPResponse) throws -> HTTPFields {
        let channel = EmbeddedChannel(handler: RefusalHeaders())
        try channel.writeOutbound(HTTPResponsePart.head(head))
        guard case .head(let sent)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return [:] }
        _ = try channel.finish()
        return sent.headerFields
    }

    @Test("carry the headers of every answer")
    func completed() throws {
        let sent = try sent(HTTPResponse(status: .badRequest, headerFields: [.connection: "close"]))
        #expect(sent.values(.requestID).first?.hasPrefix("req_") == true)
        #expect(sent.values(.contentTypeOptions) == ["nosniff"])
        #expect(sent.values(.contentSecurityPolicy).count == 1)
        #expect(sent[.cacheControl] == "no-store")
        #expect(sent[.connection] == "close")
    }

    @Test("and those of the pipeline stay as they are")
    func untouched() throws {
        var fields: HTTPFields = [:]
        fields.set(.requestID, "mine")
        #expect(try sent(HTTPResponse(status: .ok, headerFields: fields)) == fields)
    }
}
