import Foundation
import Tracing

struct OTLPDocument: Encodable {
    struct Value: Encodable {
        var stringValue: String?
        var intValue: String?
        var boolValue: Bool?
    }

    struct Attribute: Encodable {
        var key: String
        var value: Value
    }

    struct Resource: Encodable { var attributes: [Attribute] }

    struct Scope: Encodable {
        var name: String
        var version: String
    }

    struct Status: Encodable { var code: Int }

    struct Span: Encodable {
        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        var kind: Int
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status
    }

    struct ScopeSpans: Encodable {
        var scope: Scope
        var spans: [Span]
    }

    struct ResourceSpans: Encodable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }

    var resourceSpans: [ResourceSpans]

    init(_ spans: [FinishedSpan], resource: [(String, String)]) {
        let attributes = resource.map { Attribute(key: $0, value: Value(stringValue: $1)) }
        let scope = Scope(name: "httvps", version: BuildInfo.version)
        resourceSpans = [
            ResourceSpans(
                resource: Resource(attributes: attributes),
                scopeSpans: [ScopeSpans(scope: scope, spans: spans.map(Span.init))])
        ]
    }

    var bytes: [UInt8] { (try? JSONEncoder().encode(self)).map(Array.init) ?? [] }
}

extension OTLPDocument.Span {
    fileprivate init(_ span: FinishedSpan) {
        var listed: [OTLPDocument.Attribute] = []
        span.attributes.forEach { key, value in listed.append(.init(key: key, value: .init(value))) }
        self.init(
            traceId: span.place.traceIDText, spanId: span.place.spanIDText,
            parentSpanId: span.parentSpanID == 0 ? nil : TraceContext.hex(span.parentSpanID, digits: 16),
            name: span.name, kind: span.kind.number, startTimeUnixNano: String(span.startedAt),
            endTimeUnixNano: String(max(span.startedAt, span.endedAt)),
            attributes: listed.sorted { $0.key < $1.key },
            status: .init(code: span.status.map { $0.code == .error ? 2 : 1 } ?? 0))
    }
}

extension OTLPDocument.Value {
    fileprivate init(_ attribute: SpanAttribute) {
        switch attribute {
        case .string(let text): self.init(stringValue: text)
        case .int32(let number): self.init(intValue: String(number))
        case .int64(let number): self.init(intValue: String(number))
        case .bool(let flag): self.init(boolValue: flag)
        default: self.init(stringValue: "")
        }
    }
}

extension SpanKind {
    fileprivate var number: Int {
        switch self {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
