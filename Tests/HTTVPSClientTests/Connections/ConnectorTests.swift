import HTTVPSTestSupport
import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A connector")
struct ConnectorTests {
    static func connector(
        _ site: CarrierSite, _ carrier: CarrierPreference = .auto, limits: ConnectLimits? = nil
    ) throws -> Connector {
        try Connector(
            configuration: site.configuration(carrier), eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            limits: limits)
    }

    static func open(_ site: CarrierSite, _ carrier: CarrierPreference = .auto) async throws -> OpenedCarrier {
        try await connector(site, carrier).open(site.address).get()
    }

    @Test(
        "opens the carrier that was asked for and carries bytes both ways",
        arguments: [(CarrierPreference.auto, CarrierKind.http2), (.h2, .http2), (.http1, .http1)])
    func echo(_ preference: CarrierPreference, _ kind: CarrierKind) async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site, preference)
        #expect(carrier.kind == kind && carrier.tlsVersion == "TLS 1.3")
        #expect(carrier.applicationProtocol == (kind == .http2 ? "h2" : "http/1.1"))
        let secured = try #require(carrier.timings.secured)
        #expect(carrier.timings.connected <= secured && secured <= carrier.timings.upgraded)
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        let sent = ByteBuffer(bytes: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try await carrier.channel.writeAndFlush(sent).get()
        try await eventually { record.count == sent.readableBytes }
        #expect(record.content.withLock { $0.bytes } == sent)
        try await carrier.channel.close()
        #expect(site.visits.withLock { $0.map(\.kind) } == [kind])
        try await site.close()
    }

    @Test("loses nothing that comes right behind the answer", arguments: [CarrierPreference.h2, .http1])
    func behind(_ preference: CarrierPreference) async throws {
        let site = try await CarrierSite(.init(behind: "early bird"))
        let carrier = try await Self.open(site, preference)
        try await Task.sleep(for: .milliseconds(20))
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        try await carrier.channel.writeAndFlush(ByteBuffer(string: " and worm")).get()
        try await eventually { record.text == "early bird and worm" }
        try await carrier.channel.close()
        try await site.close()
    }

    @Test(
        "falls back to HTTP/1.1 where the site takes no WebSockets over HTTP/2, and remembers it",
        arguments: [CarrierSite.Behaviour(takesConnect: false), .init(http2Status: 404), .init(http2Status: 501)])
    func fallback(_ behaviour: CarrierSite.Behaviour) async throws {
        let site = try await CarrierSite(behaviour)
        let connector = try Self.connector(site)
        for _ in 0..<2 {
            let carrier = try await connector.open(site.address).get()
            #expect(carrier.kind == .http1)
            try await carrier.channel.close()
        }
        #expect(site.settings.withLock { $0.count } == 1)
        try await site.close()
    }

    @Test(
        "stays on the connection where the site knows no HTTP/2",
        arguments: [[String](), ["http/1.1"]])
    func noHTTP2(_ protocols: [String]) async throws {
        let site = try await CarrierSite(.init(protocols: protocols))
        let carrier = try await Self.open(site)
        #expect(carrier.kind == .http1)
        #expect(site.children.withLock { $0.count } == 1)
        try await carrier.channel.close()
        let error = await #expect(throws: ClientError.self) { try await Self.open(site, .h2) }
        #expect(error?.message.hasSuffix("the site does not speak HTTP/2") == true)
        try await site.close()
    }

    @Test("does not fall back where HTTP/2 was demanded")
    func demanded() async throws {
        let site = try await CarrierSite(.init(takesConnect: false))
        let error = await #expect(throws: ClientError.self) { try await Self.open(site, .h2) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasSuffix("the site takes no WebSockets over HTTP/2") == true)
        #expect(site.visits.withLock { $0.isEmpty })
        try await site.close()
    }

    @Test(
        "names the status of a site that serves no tunnel",
        arguments: ["404 Not Found", "302 Found", "200 OK", "403 Forbidden", "101 Switching Protocols"])
    func status(_ status: String) async throws {
        let site = try await CarrierSite(.init(http2Status: 404, http1Status: status))
        guard !status.hasPrefix("101") else { return try await site.close() }
        let error = await #expect(throws: ClientError.self) { try await Self.open(site) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasSuffix("the site answered \(status.prefix(3))") == true)
        try await site.close()
    }

    @Test("passes over answers in between")
    func interim() async throws {
        let hints = "103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 101 Switching Protocols"
        let site = try await CarrierSite(.init(http1Status: hints))
        let carrier = try await Self.open(site, .http1)
        #expect(carrier.kind == .http1)
        try await carrier.channel.close()
        try await site.close()
    }

    @Test("sees the site's end as the carrier's end, behind its last bytes", arguments: [CarrierPreference.h2, .http1])
    func end(_ preference: CarrierPreference) async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site, preference)
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        try await carrier.channel.writeAndFlush(ByteBuffer(string: "LAST")).get()
        try await eventually { record.isOver }
        #expect(record.text == "last words")
        try await site.close()
    }

    @Test("ends its own direction and still hears the other over HTTP/2")
    func halfClose() async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site, .h2)
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        let sent = ByteBuffer(repeating: 3, count: 1_000_000)
        carrier.channel.write(sent, promise: nil)
        carrier.channel.flush()
        try await carrier.channel.close(mode: .output)
        try await eventually { record.isOver }
        #expect(record.content.withLock { $0.bytes } == sent)
        #expect(record.content.withLock { $0.errors } == 0)
        try await site.close()
    }

    @Test("closes in peace over HTTP/2: the site sees an end, no reset")
    func peace() async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site, .h2)
        let stream = try #require(site.streams.withLock { $0.first })
        try await carrier.channel.writeAndFlush(ByteBuffer(string: "bye")).get()
        try await carrier.channel.close()
        try await stream.closeFuture.get()
        #expect(site.faults.withLock { $0 } == 0)
        try await site.close()
    }

    @Test(
        "falls back where HTTP/2 is broken",
        arguments: [CarrierSite.Behaviour(resetsStreams: true), .init(isMute: true)])
    func broken(_ behaviour: CarrierSite.Behaviour) async throws {
        let site = try await CarrierSite(behaviour)
        var limits = ConnectLimits(each: .seconds(30))
        if behaviour.isMute { limits.upgrade = .seconds(6) }
        let connector = try Self.connector(site, limits: limits)
        if behaviour.isMute {
            let error = await #expect(throws: ClientError.self) { try await connector.open(site.address).get() }
            #expect((error?.cause as? CarrierFailure)?.phase == .upgrade)
            #expect((error?.cause as? CarrierFailure)?.fault == .silent)
            #expect(site.visits.withLock { $0.map(\.kind) } == [.http2, .http1])
        } else {
            let carrier = try await connector.open(site.address).get()
            #expect(carrier.kind == .http1)
            try await carrier.channel.close()
        }
        try await site.close()
    }

    @Test("sees a broken carrier as an end", arguments: [CarrierPreference.h2, .http1])
    func cut(_ preference: CarrierPreference) async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site, preference)
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        try await carrier.channel.writeAndFlush(ByteBuffer(string: "CUT")).get()
        try await eventually { record.isOver }
        try await site.close()
    }

    @Test("holds back a writer whose site does not read, and lets it go on", arguments: [CarrierPreference.h2, .http1])
    func backPressure(_ preference: CarrierPreference) async throws {
        let site = try await CarrierSite(.init(handler: { Deaf() }))
        let carrier = try await Self.open(site, preference)
        let record = CarrierRecord()
        try await record.attach(to: carrier)
        for _ in 0..<512 { carrier.channel.writeAndFlush(ByteBuffer(repeating: 1, count: 65_536), promise: nil) }
        try await eventually { !carrier.channel.isWritable }
        try await eventually { record.content.withLock { $0.writability.last == false } }
        Deaf.wake(site)
        try await eventually { record.content.withLock { $0.writability.last == true } }
        try await carrier.channel.close()
        try await site.close()
    }

    @Test("says what failed in TLS")
    func certificates() async throws {
        let site = try await CarrierSite()
        let stranger = try await CarrierSite(names: "DNS:elsewhere.test")
        var configuration = site.configuration()
        configuration.certificateAuthorityFile = stranger.certificate.certificate
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let unknown = try Connector(configuration: configuration, eventLoop: loop)
        let first = await #expect(throws: ClientError.self) { try await unknown.open(site.address).get() }
        #expect(
            first?.message.hasSuffix("its certificate is expired, or not signed by an authority that is trusted here")
                == true)
        let second = await #expect(throws: ClientError.self) { try await unknown.open(stranger.address).get() }
        #expect(second?.message.hasSuffix("its certificate is for another name") == true)
        try await site.close()
        try await stranger.close()
    }

    @Test("gives every step its time and says which one took too long")
    func limits() async throws {
        let silent = try await CarrierSite(.init(isSilent: true))
        var limits = ConnectLimits(each: .seconds(30))
        limits.tls = .milliseconds(50)
        let connector = try Self.connector(silent, limits: limits)
        let error = await #expect(throws: ClientError.self) { try await connector.open(silent.address).get() }
        #expect((error?.cause as? CarrierFailure)?.phase == .tls)
        #expect((error?.cause as? CarrierFailure)?.fault == .silent)
        try await silent.close()
    }

    @Test("announces windows for throughput and takes no pushed streams")
    func settings() async throws {
        let site = try await CarrierSite()
        let carrier = try await Self.open(site)
        let settings = try #require(site.settings.withLock { $0.first })
        #expect(settings.contains(HTTP2Setting(parameter: .enablePush, value: 0)))
        #expect(settings.contains(HTTP2Setting(parameter: .initialWindowSize, value: 6_291_456)))
        try await carrier.channel.close()
        try await site.close()
    }
}
