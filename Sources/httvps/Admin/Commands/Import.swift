import Foundation

struct Import {
    var resource: ResourceDescription
    var file: String
    var json: Bool

    func run(_ backend: AdminBackend) async throws {
        let lines = try ImportLine.lines(in: try await contents())
        try await Interruption.heeding(.atSecondSignal) { interruption in
            var tally = ImportTally(of: lines.count, resource)
            var progress = Progress(of: lines.count, doing: "\(resource.name) created")
            defer { progress.end() }
            for line in lines {
                if let signal = interruption.signal { throw Self.stopped(by: signal, tally) }
                do {
                    try await create(line, backend, &tally, progress)
                } catch {
                    progress.end()
                    throw Self.failure(error, line, tally, interruption)
                }
                progress.step()
            }
            progress.end()
            try close(tally)
        }
    }

    private func create(
        _ line: ImportLine, _ backend: AdminBackend, _ tally: inout ImportTally, _ progress: Progress
    ) async throws {
        let answer = try await backend.create(resource.name, body: line.body, key: line.key)
        tally.count(isReplay: answer.isReplay)
        guard let text = json ? answer.object.text : resource.secrets(in: answer.object) else { return }
        progress.end()
        do { try Terminal.print(text) } catch { throw line.key.done(error) }
    }

    private func close(_ tally: ImportTally) throws {
        if json { return Terminal.complain(tally.text) }
        do { try Terminal.say(tally.text) } catch { throw error.adding(tally.text) }
    }

    private func contents() async throws -> Data {
        Data(try await GivenFile(path: file, limit: GivenFile.linesLimit).text().utf8)
    }

    private static func failure(
        _ error: any Error, _ line: ImportLine, _ tally: ImportTally, _ interruption: Interruption
    ) -> any Error {
        if let signal = interruption.signal, !(error is ExitStatus.Failure) || Task.isCancelled {
            return stopped(by: signal, tally, "line \(line.number) may have been created; send it again to see it")
        }
        guard let failure = error as? ExitStatus.Failure else { return error }
        return ExitStatus.Failure(status: failure.status, message: "line \(line.number): \(failure.message)")
            .adding(tally.soFar)
    }

    private static func stopped(by signal: Int32, _ tally: ImportTally, _ more: String? = nil) -> Interruption.Ended {
        let lines = ["stopped by a signal: \(tally.soFar)"] + (more.map { [$0] } ?? [])
        return Interruption.Ended(signal: signal, message: lines.joined(separator: "\n        "))
    }
}

extension ResourceDescription {
    func secrets(in object: JSON) -> String? {
        let found = shownOnce.filter { object[$0] != .null }
        guard !found.isEmpty else { return nil }
        let label = ["id", "name"].map { object[$0] }.filter { $0 != .null }.map { Table.text($0) }
        return (label + found.map { "\($0)  \(Table.text(object[$0]))" }).joined(separator: "  ")
    }
}
