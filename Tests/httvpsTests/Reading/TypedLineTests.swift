import HTTVPSTestSupport
import Testing

@Suite("A line on standard input")
struct TypedLineTests {
    @Test("begins behind a byte order mark, which is no part of a secret")
    func mark() async throws {
        #expect(try await Self.signIn(typing: #"\357\273\277hva_x\n"#) == 69)
        #expect(try await Self.signIn(typing: #"hva_\357\273\277x\n"#) == 78)
    }

    private static func signIn(typing text: String) async throws -> Int32 {
        let home = try Program.scratch()
        let port = try LoopbackPort.free()
        let shell = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", #"printf "$1" | "$0" admin login --backend "$2""#, Program.path, text,
                "http://127.0.0.1:\(port)",
            ], environment: Program.environment(home: home))
        return try await shell.waitUntilExit()
    }
}
