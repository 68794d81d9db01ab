import Foundation
import Testing

@testable import httvps

@Suite("The stream that a command writes to")
struct TerminalStreamTests {
    @Test("gets no carriage returns and no colours where it is no terminal")
    func plain() throws {
        let pipe = Pipe()
        let stream = TerminalStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        stream.replaceLine("half way")
        try stream.write("done\n")
        try pipe.fileHandleForWriting.close()
        #expect(try pipe.fileHandleForReading.readToEnd() == Data("done\n".utf8))
        #expect(!stream.showsLines)
    }

    @Test("is written to the end, also where it takes only a part at a time")
    func partial() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let text = String(repeating: "a line of an answer\n", count: 50_000)
        let reading = pipe.fileHandleForReading
        async let read = Task { try reading.readToEnd() }.value
        try TerminalStream(descriptor: descriptor).write(text)
        try pipe.fileHandleForWriting.close()
        #expect(try await read == Data(text.utf8))
    }

    @Test("says that it is full")
    func full() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let error = #expect(throws: POSIXFault.self) { try TerminalStream(descriptor: descriptor).write("x") }
        #expect(error?.code == ENOSPC)
    }
}
