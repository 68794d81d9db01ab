import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("hello")
struct HelloTests {
    @Test("is read with all its members and unknown ones")
    func full() throws {
        let hello = try Hello.decode(
            .text(
                #"""
                {"type":"hello","device_id":"dev_1","token":"t","client_version":"1.0","region":"eu","new":[{}],"pad":"xx",
                "capabilities":["binary","teleport","flow_control","binary"],"resume":{"session_id":"ses_1",
                "resume_token":"r","attempt":1,"streams":[{"stream_id":7,"received":1048576},{"stream_id":8,"received":0}]}}
                """#))
        #expect(
            hello
                == Hello(
                    deviceID: "dev_1", token: "t", clientVersion: "1.0", capabilities: [.binary, .flowControl],
                    region: "eu",
                    resume: ResumeRequest(
                        sessionID: "ses_1", resumeToken: "r", attempt: 1,
                        streams: [
                            StreamOffset(streamID: 7, received: 1_048_576), StreamOffset(streamID: 8, received: 0),
                        ]), pad: "xx"))
        #expect(try Hello.decode(try hello.encoded()) == hello)
    }

    @Test("needs only type, device_id and token")
    func least() throws {
        let hello = try Hello.decode(.text(#"{"token":"t","device_id":"d","type":"hello"}"#))
        #expect(hello == Hello(deviceID: "d", token: "t"))
        #expect(try Hello.decode(try hello.encoded()) == hello)
    }

    @Test(
        "is bad_hello where it is no such object or a member is of the wrong type",
        arguments: [
            "", "hello", "[]", "null", "{}", #"{"type":"hello"}"#, #"{"type":"ping"}"#,
            #"{"type":"HELLO","device_id":"d","token":"t"}"#,
            #"{"device_id":"d","token":"t"}"#, #"{"type":1,"device_id":"d","token":"t"}"#,
            #"{"type":"hello","token":"t"}"#,
            #"{"type":"hello","device_id":"d"}"#, #"{"type":"hello","device_id":"","token":"t"}"#,
            #"{"type":"hello","device_id":"d","token":""}"#, #"{"type":"hello","device_id":7,"token":"t"}"#,
            #"{"type":"hello","device_id":"d","token":null}"#, #"{"type":"hello","device_id":"d","token":["t"]}"#,
            #"{"type":"hello","device_id":"d","token":"t"} {}"#, #"{"type":"hello","device_id":"d","token":"t",}"#,
            #"{"type":"hello","device_id":"d","token":"t","token":"u"}"#,
            #"{"type":"hello","device_id":"\ud800","token":"t"}"#,
        ])
    func notAHello(text: String) { Self.expectBadHello(text) }

    @Test(
        "is bad_hello where an optional member breaks its form",
        arguments: [
            #""client_version":1"#, #""client_version":null"#, #""region":[]"#, #""region":false"#, #""pad":4"#,
            #""capabilities":"binary""#, #""capabilities":{}"#, #""capabilities":null"#,
            #""capabilities":["binary",1]"#,
            #""capabilities":["binary",null]"#, #""capabilities":[["binary"]]"#, #""resume":null"#, #""resume":[]"#,
            #""resume":"ses_1""#, #""resume":{}"#, resume(#""attempt":-1,"streams":[]"#),
            resume(#""attempt":1.0,"streams":[]"#),
            resume(#""attempt":"1","streams":[]"#), resume(#""attempt":4611686018427387904,"streams":[]"#),
            resume(#""attempt":1"#), resume(#""streams":[]"#), resume(#""attempt":1,"streams":{}"#),
            resume(#""attempt":1,"streams":[7]"#), resume(#""attempt":1,"streams":[{"stream_id":7}]"#),
            resume(#""attempt":1,"streams":[{"stream_id":"7","received":0}]"#),
            resume(#""attempt":1,"streams":[{"stream_id":7,"received":-1}]"#),
            resume(#""attempt":1,"streams":[{"stream_id":7,"received":0},{"stream_id":7,"received":1}]"#),
            #""resume":{"session_id":7,"resume_token":"r","attempt":1,"streams":[]}"#,
            #""resume":{"session_id":"s","attempt":1,"streams":[]}"#,
        ])
    func badMembers(member: String) {
        Self.expectBadHello(#"{"type":"hello","device_id":"d","token":"t",\#(member)}"#)
    }

    @Test("may carry 4 KiB of padding and not one byte more")
    func pad() throws {
        let start = #"{"type":"hello","device_id":"d","token":"t","pad":""#
        let pad = String(repeating: "p", count: 4_096)
        #expect(try Hello.decode(.text("\(start)\(pad)\"}")).pad == pad)
        Self.expectBadHello("\(start)\(pad)p\"}")
    }

    private static func resume(_ members: String) -> String {
        #""resume":{"session_id":"s","resume_token":"r",\#(members)}"#
    }

    private static func expectBadHello(_ text: String) {
        #expect { try Hello.decode(.text(text)) } throws: { ($0 as? TunnelError)?.code == .badHello }
    }
}
