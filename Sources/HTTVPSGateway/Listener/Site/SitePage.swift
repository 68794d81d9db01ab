import NIOCore
import NIOHTTP1

struct SitePage {
    enum Body {
        case bytes(ByteBuffer)
        case file(SiteFile, Range<Int>)
    }

    var status: Int
    var fields = HeadFields()
    var body: Body

    var length: Int {
        switch body {
        case .bytes(let bytes): bytes.readableBytes
        case .file(_, let range): range.count
        }
    }

    static func error(_ status: Int) -> SitePage {
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        let text = "<!doctype html>\n<title>\(status) \(reason)</title>\n<h1>\(reason)</h1>\n"
        var page = SitePage(status: status, body: .bytes(ByteBuffer(string: text)))
        page.fields.append("Content-Type", "text/html")
        return page
    }

    static func fault(_ fault: RequestHead.Fault) -> SitePage {
        switch fault {
        case .malformed, .noHost: error(400)
        case .targetTooLong: error(414)
        case .fieldsTooLong: error(431)
        case .unknownVersion: error(505)
        case .unknownCoding: error(501)
        }
    }

    func head(keepsAlive: Bool) -> ByteBuffer {
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        var text = "HTTP/1.1 \(status) \(reason)\r\nDate: \(HTTPDate.now())\r\n"
        if status != 304 { text += "Content-Length: \(length)\r\n" }
        for field in fields.all { text += "\(field.name): \(field.value)\r\n" }
        text += "Connection: \(keepsAlive ? "keep-alive" : "close")\r\n\r\n"
        return ByteBuffer(string: text)
    }
}
