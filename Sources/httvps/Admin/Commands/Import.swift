import Crypto
import Foundation

struct Import {
    var resource: ResourceDescription
    var file: String

    func run(_ backend: AdminBackend, json: Bool) async throws {
        let lines = try await lines()
        var progress = Progress(of: lines.count, doing: "\(resource.name) created")
        for (number, line) in lines {
            do {
                let answer = try await backend.create(resource.name, body: line, key: Self.key(number, line))
                if json { try Terminal.print(answer.object.text) }
            } catch let failure as ExitStatus.Failure {
                progress.end()
                throw ExitStatus.Failure(
                    status: failure.status,
                    message: "line \(number): \(failure.message)\n        the lines before it are created")
            }
            progress.step()
        }
        progress.end()
        if !json { try Terminal.say("created \(lines.count) \(resource.name)") }
    }

    private func lines() async throws -> [(number: Int, line: Data)] {
        let data = Data(try await GivenFile(path: file, limit: GivenFile.linesLimit).text().utf8)
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .map { (number: $0.offset + 1, line: Data($0.element)) }
            .filter { !$0.line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } }
        for (number, line) in lines {
            do { _ = try JSON(bytes: line) } catch {
                throw ExitStatus.Failure(status: .rejected, message: "line \(number): \(error.message)")
            }
        }
        return lines
    }

    private static func key(_ number: Int, _ line: Data) -> IdempotencyKey {
        let digest = SHA256.hash(data: Data("\(number):".utf8) + line)
        return IdempotencyKey(text: "import-" + digest.map { String(format: "%02x", $0) }.joined())
    }
}
