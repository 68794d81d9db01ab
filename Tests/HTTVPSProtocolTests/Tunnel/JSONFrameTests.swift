import Foundation
import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("JSON frames")
struct JSONFrameTests {
    private static let a = StreamID.name("a")
    private static let target = TargetAddress("example.com:443")
    private static let longest = String(repeating: "Az09_-aa", count: 8)

    @Test(
        "have exactly the members of the protocol",
        arguments: [
            (
                #"{"type":"stream_open","stream_id":"a","target":"example.com:443"}"#,
                .streamOpen(a, target: target, data: ByteBuffer())
            ),
            (
                #"{"type":"stream_open","stream_id":"a","target":"[2001:db8::1]:80","data":"R0VU"}"#,
                .streamOpen(a, target: TargetAddress("[2001:db8::1]:80"), data: .text("GET"))
            ),
            (#"{"type":"stream_opened","stream_id":"a"}"#, .streamOpened(a)),
            (
                #"{"type":"stream_data","stream_id":"\#(longest)","data":"aGk/"}"#,
                .streamData(.name(longest), .text("hi?"))
            ),
            (#"{"type":"stream_data","stream_id":"a","data":""}"#, .streamData(a, ByteBuffer())),
            (#"{"type":"stream_finish","stream_id":"a"}"#, .streamFinish(a)),
            (
                #"{"type":"stream_close","stream_id":"a","reason":"egress_reset","message":"gone"}"#,
                .streamClose(a, .egressReset, message: "gone")
            ),
            (
                #"{"type":"stream_window","stream_id":"a","received":1024,"limit":4611686018427387903}"#,
                .streamWindow(a, received: 1_024, limit: Varint.maximum)
            ),
            (
                #"{"type":"datagram","stream_id":"a","target":"1.2.3.4:53","data":"AP8="}"#,
                .datagram(a, target: TargetAddress("1.2.3.4:53"), data: hex("00ff"))
            ),
            (#"{"type":"ping"}"#, .ping(nil)), (#"{"type":"ping","nonce":""}"#, .ping(ByteBuffer())),
            (#"{"type":"pong","nonce":"n/ü\\\"\n"}"#, .pong(.text("n/ü\\\"\n"))),
            (#"{"type":"padding","data":"AAAA"}"#, .padding(3)), (#"{"type":"padding","data":"AA=="}"#, .padding(1)),
            (
                #"{"type":"goaway","reason":"draining","grace_sec":30}"#,
                .goaway(reason: "draining", graceSeconds: 30)
            ),
            (
                #"{"type":"error","code":"bad_frame","message":"oops","stream_id":"a"}"#,
                .error(code: "bad_frame", message: "oops", stream: a)
            ),
        ] as [(String, Frame)])
    func members(text: String, frame: Frame) throws {
        #expect(try JSONFrameCodec.decode(.text(text), maxPayload: 16_384) == frame)
        var out = ByteBuffer()
        JSONFrameCodec.encode(frame, into: &out)
        let written = try JSONSerialization.jsonObject(with: Data(out.readableBytesView)) as? NSDictionary
        let expected = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
        #expect(written == expected)
    }

    @Test(
        "are read in forms that no one here writes",
        arguments: [
            ("\t{ \"type\" :\r\n\"ping\" } ", .ping(nil)), (#"{"\u0074ype":"p\u0069ng"}"#, .ping(nil)),
            (#"{"type":"ping","more":{"deep":[1.5e-3,null,true,{"x":[]}]},"type_":0,"":-0}"#, .ping(nil)),
            (#"{"type":"ping","lone":"\ud800","é":1,"é":2}"#, .ping(nil)),
            (#"{"type":"ping","nonce":"\uD83D\uDE00\u0000\/"}"#, .ping(.text("😀\u{0}/"))),
            (#"{"type":"stream_close","stream_id":"a"}"#, .streamClose(a, .normal, message: "")),
            (#"{"type":"stream_close","stream_id":"a","reason":"tired"}"#, .streamClose(a, .internal, message: "")),
            (#"{"type":"stream_data","stream_id":"a","data":"Pz8\/"}"#, .streamData(a, .text("???"))),
            (
                #"{"type":"stream_open","stream_id":"a","target":"nowhere"}"#,
                .streamOpen(a, target: nil, data: ByteBuffer())
            ),
            (#"{"type":"stream_open","stream_id":"a","target":""}"#, .streamOpen(a, target: nil, data: ByteBuffer())),
            (
                #"{"type":"stream_open","stream_id":"a","target":"a:0"}"#,
                .streamOpen(a, target: nil, data: ByteBuffer())
            ),
            (#"{"type":"error","code":"x","message":""}"#, .error(code: "x", message: "", stream: nil)),
        ] as [(String, Frame)])
    func lenient(text: String, frame: Frame) throws {
        #expect(try JSONFrameCodec.decode(.text(text), maxPayload: 16_384) == frame)
    }

    @Test("carry nonces of up to 128 code points", arguments: ["n", "é", "e\u{301}", "😀", "👩‍👩‍👧"])
    func nonces(unit: String) throws {
        let count = 128 / unit.unicodeScalars.count
        let fits = String(repeating: unit, count: count)
        let padding = String(repeating: "x", count: 128 - count * unit.unicodeScalars.count)
        let frame = try JSONFrameCodec.decode(
            .text(#"{"type":"ping","nonce":"\#(fits + padding)"}"#), maxPayload: 16_384)
        #expect(frame == .ping(.text(fits + padding)))
        Self.expectBadFrame(#"{"type":"ping","nonce":"\#(fits + padding)x"}"#)
    }

    @Test(
        "that break their row are bad_frame",
        arguments: [
            #"{}"#, #"{"type":null}"#, #"{"type":7}"#, #"{"type":"hello","device_id":"d","token":"t"}"#,
            #"{"type":"PING"}"#, #"{"type":"auth_result"}"#, #"{"type":"ping","nonce":null}"#,
            #"{"type":"ping","nonce":5}"#,
            #"{"type":"ping","nonce":"\ud800"}"#, #"{"type":"ping","nonce":"\udc00\ud800"}"#,
            #"{"type":"ping","type":"ping"}"#, #"{"type":"ping","x":1,"\u0078":2}"#,
            #"{"type":"stream_open","target":"a:1"}"#, #"{"type":"stream_open","stream_id":"a"}"#,
            #"{"type":"stream_open","stream_id":"a","target":5}"#,
            #"{"type":"stream_open","stream_id":"a","target":null}"#,
            #"{"type":"stream_open","stream_id":"a","target":"a:1","data":null}"#,
            #"{"type":"stream_open","stream_id":7,"target":"a:1"}"#,
            #"{"type":"stream_open","stream_id":"","target":"a:1"}"#,
            #"{"type":"stream_finish","stream_id":"a b"}"#, #"{"type":"stream_finish","stream_id":"ä"}"#,
            #"{"type":"stream_finish","stream_id":"\#(longest)x"}"#, #"{"type":"stream_data","stream_id":"a"}"#,
            #"{"type":"stream_data","stream_id":"a","data":null}"#,
            #"{"type":"stream_data","stream_id":"a","data":["QQ=="]}"#,
            #"{"type":"stream_close","stream_id":"a","reason":0}"#,
            #"{"type":"stream_close","stream_id":"a","message":false}"#,
            #"{"type":"padding"}"#, #"{"type":"padding","data":"!"}"#, #"{"type":"goaway","reason":"x"}"#,
            #"{"type":"goaway","reason":"x","grace_sec":"1"}"#, #"{"type":"error","code":"x"}"#,
        ])
    func faults(text: String) { Self.expectBadFrame(text) }

    @Test(
        "take integers only in their plain form",
        arguments: [
            "1.0", "1e3", "-1", "1.5", "true", "null", "\"1\"", "4611686018427387904", "1e400", "[]",
            "99999999999999999999999",
        ])
    func integers(text: String) {
        Self.expectBadFrame(#"{"type":"stream_window","stream_id":"a","received":0,"limit":\#(text)}"#)
    }

    @Test(
        "take base64 only padded, in one line and in the standard alphabet",
        arguments: [
            "QQ", "QQ=", "QQ===", "Q", "====", "===", "QQ==QQ==", "QQ==\\n", "QUJD\\r\\n", "QU JD", "-_-_", "QQ=Q",
            "=QQ=",
            "QUI=QUI=", "é", "QUJ\\u0000", "QQ==AAAA",
        ])
    func base64(text: String) {
        Self.expectBadFrame(#"{"type":"stream_data","stream_id":"a","data":"\#(text)"}"#)
    }

    static func expectBadFrame(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try JSONFrameCodec.decode(.text(text), maxPayload: 16_384)
        } throws: {
            ($0 as? TunnelError)?.code == .badFrame
        }
    }
}
