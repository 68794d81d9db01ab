import Foundation
import Testing

@testable import HTTVPSClient

@Suite("The credentials' file")
struct CredentialFileTests {
    @Test("keeps a profile, for its owner's eyes only, in a folder of the same kind")
    func keeps() async throws {
        try await ScratchFolder.using { folder in
            let profile = ScratchFolder.profile()
            try await folder.file.write(profile)
            #expect(try await folder.file.read() == profile)
            #expect(try folder.mode(of: folder.file.path) == 0o600)
            #expect(try folder.mode(of: folder.path) == 0o700)
            #expect(try folder.mode(of: folder.path + "/profile") == 0o700)
            try await folder.file.write(ScratchFolder.profile(access: "other"))
            #expect(try await folder.file.read().accessToken == "other")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/profile").count == 1)
        }
    }

    @Test("is refused with a remedy when others can read it", arguments: [0o644, 0o640, 0o606, 0o660])
    func exposed(mode: Int) async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile())
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file.path)
            let error = await #expect(throws: ClientError.self) { try await folder.file.read() }
            #expect(error?.code == .configuration && error?.message.contains("chmod 600") == true)
        }
    }

    @Test("is missed, doubted and refused in clear words", arguments: ["", "{}", "[1", "{\"device_id\":1}"])
    func broken(content: String) async throws {
        try await ScratchFolder.using { folder in
            let missing = await #expect(throws: ClientError.self) { try await folder.file.read() }
            #expect(missing?.message.contains("httvps enroll") == true)
            try await folder.file.write(ScratchFolder.profile())
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file.path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(content.utf8))
            try handle.close()
            let damaged = await #expect(throws: ClientError.self) { try await folder.file.read() }
            #expect(damaged?.code == .configuration && damaged?.message.contains("enrol again") == true)
            #expect(try await folder.file.remove())
            #expect(try await !folder.file.remove())
            try FileManager.default.createDirectory(atPath: folder.file.path, withIntermediateDirectories: false)
            await #expect(throws: ClientError.self) { try await folder.file.read() }
            await #expect(throws: ClientError.self) { try await folder.file.write(ScratchFolder.profile()) }
        }
    }

    @Test("may be a link: what it points to is locked, replaced and removed, and the link stays until then")
    func linked() async throws {
        try await ScratchFolder.using { folder in
            let target = CredentialFile(path: folder.path + "/real.json")
            try await target.write(ScratchFolder.profile())
            try FileManager.default.createDirectory(
                atPath: folder.path + "/profile", withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(atPath: folder.file.path, withDestinationPath: target.path)
            let held = try await target.lock()
            await #expect(throws: ClientError.self) { try await folder.file.lock(within: .milliseconds(50)) }
            held.release()
            try await folder.file.write(ScratchFolder.profile(access: "renewed"))
            #expect(try await target.read().accessToken == "renewed")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file.path) == target.path)
            #expect(try await folder.file.remove())
            #expect(!FileManager.default.fileExists(atPath: target.path))
            #expect(try await !folder.file.remove())
        }
    }

    @Test("belongs to one holder of the lock at a time")
    func lock() async throws {
        try await ScratchFolder.using { folder in
            let first = try await folder.file.lock()
            let late = await #expect(throws: ClientError.self) { try await folder.file.lock(within: .milliseconds(50)) }
            #expect(late?.code == .timeout)
            first.release()
            try await folder.file.lock().release()
            #expect(try folder.mode(of: folder.file.path + ".lock") == 0o600)
        }
    }

    @Test("never shows a token to those who print a profile")
    func redacted() {
        let profile = ScratchFolder.profile(access: "SECRET-A", refresh: "SECRET-R")
        var dumped = ""
        dump(profile, to: &dumped)
        for text in ["\(profile)", String(reflecting: profile), dumped] {
            #expect(text.contains("dev_1") && !text.contains("SECRET"))
        }
    }
}
