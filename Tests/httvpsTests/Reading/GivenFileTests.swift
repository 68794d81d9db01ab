import Foundation
import Testing

@testable import httvps

@Suite("Files given on the command line")
struct GivenFileTests {
    private func value(_ bytes: [UInt8], limit: Int = GivenFile.memberLimit) async throws -> String {
        let folder = try Program.scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("file")
        try Data(bytes).write(to: file)
        return try await GivenFile(path: file.path, limit: limit).value()
    }

    private func failure(_ read: () async throws -> String) async -> httvps.ExitStatus.Failure? {
        await #expect(throws: httvps.ExitStatus.Failure.self) { _ = try await read() }
    }

    @Test("are read without a byte order mark and without the line end at their end")
    func values() async throws {
        #expect(try await value(Array("secret\n".utf8)) == "secret")
        #expect(try await value(Array("\n secret \r\n".utf8)) == "\n secret ")
        #expect(try await value(Array("two\n\n".utf8)) == "two\n")
        #expect(try await value([0xEF, 0xBB, 0xBF] + Array("ä".utf8)) == "ä")
        #expect(try await value([]).isEmpty)
    }

    @Test("may be pipes")
    func pipes() async throws {
        let folder = try Program.scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        Thread.detachNewThread {
            guard let pipe = FileHandle(forWritingAtPath: path) else { return }
            for _ in 1...2 { try? pipe.write(contentsOf: Data(repeating: 0x61, count: 100_000)) }
            try? pipe.close()
        }
        #expect(try await GivenFile(path: path, limit: 1 << 20).value().count == 200_000)
    }

    @Test("are refused when they are too long or no UTF-8 text, with the line")
    func refused() async throws {
        #expect(try await value(Array("12345".utf8), limit: 5) == "12345")
        let long = await failure { try await value(Array("123456".utf8), limit: 5) }
        #expect(long?.status == .usage && long?.message.contains("longer than 5 B") == true)
        let other = await failure { try await value(Array("a\n".utf8) + [0xFF]) }
        #expect(other?.status == .usage && other?.message.contains("line 2 ") == true)
    }

    @Test("that cannot be read are told with the system's reason")
    func unreadable() async throws {
        let absent = await failure { try await GivenFile(path: "/nowhere/x", limit: 1).value() }
        #expect(absent?.status == .configuration && absent?.message.contains("No such file") == true)
        let folder = await failure { try await GivenFile(path: "/tmp", limit: 1).value() }
        #expect(folder?.message.contains("directory") == true)
    }
}
