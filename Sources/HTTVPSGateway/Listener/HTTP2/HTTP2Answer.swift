import NIOHPACK

enum HTTP2Answer {
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "trailer",
    ]

    static func headers(_ head: ResponseScanner.Head) -> HPACKHeaders {
        var headers = HPACKHeaders([(":status", String(head.status))])
        append(head.fields, to: &headers)
        return headers
    }

    static func trailers(_ fields: HeadFields) -> HPACKHeaders? {
        var headers = HPACKHeaders()
        append(fields, to: &headers)
        return headers.isEmpty ? nil : headers
    }

    private static func append(_ fields: HeadFields, to headers: inout HPACKHeaders) {
        let named = Set(fields.tokens("connection"))
        for field in fields.all {
            let name = field.name.lowercased()
            if !hopByHop.contains(name), !named.contains(name) { headers.add(name: name, value: field.value) }
        }
    }
}
