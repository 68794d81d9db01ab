import Foundation
import HTTVPSTestSupport
import Synchronization

struct LocalStack: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let givenBases = Mutex<Set<Int>>([])

    let process: ChildProcess
    let directory: URL
    let environment: [String: String]

    static func start(in folder: URL? = nil, settings: [String: String] = [:]) async throws -> LocalStack {
        let directory =
            folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("httvps-stack-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var variables = ProcessInfo.processInfo.environment
        variables.merge(settings) { $1 }
        variables["HTTVPS_RUN_DIR"] = directory.path
        variables["HTTVPS_BUILD"] = "debug"
        variables["HTTVPS_SKIP_BUILD"] = "1"
        for attempt in 1...3 {
            variables["HTTVPS_PORT_BASE"] = String(try freePortBase())
            let process = try ChildProcess(
                executable: "/bin/bash", arguments: [repository.appendingPathComponent("deploy/local/run.sh").path],
                environment: variables, workingDirectory: repository)
            let file = directory.appendingPathComponent("env")
            let ready = try await Poll.until(within: .seconds(240)) {
                FileManager.default.fileExists(atPath: file.path) || !process.isRunning
            }
            if ready, process.isRunning {
                return LocalStack(process: process, directory: directory, environment: try variablesIn(file))
            }
            guard attempt < 3, process.output.contains("is taken; choose other ports") else {
                throw Failure(description: "the stack did not start\n\(process.output)")
            }
        }
        throw Failure(description: "no free ports")
    }

    static func running<Result>(
        settings: [String: String] = [:], _ body: (LocalStack) async throws -> Result
    ) async throws -> Result {
        let stack = try await start(settings: settings)
        do {
            let result = try await body(stack)
            await stack.stop()
            return result
        } catch {
            await stack.stop()
            throw error
        }
    }

    func stop() async {
        await process.terminate(within: .seconds(120))
        try? FileManager.default.removeItem(at: directory)
    }

    func variable(_ name: String) throws -> String {
        guard let value = environment[name] else { throw Failure(description: ".run/env lacks \(name)") }
        return value
    }

    func processID(of name: String) throws -> Int32 {
        let file = directory.appendingPathComponent("pids/\(name)")
        let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let id = Int32(text) else { throw Failure(description: "no process id of \(name)") }
        return id
    }

    func kill(_ name: String, with signal: Int32 = SIGKILL) async throws {
        let id = try processID(of: name)
        Foundation.kill(id, signal)
        guard try await Poll.until(within: .seconds(90), { (try? processID(of: name)) != id }) else {
            throw Failure(description: "\(name) was not started again")
        }
    }

    private static func freePortBase() throws -> Int {
        for _ in 0..<200 {
            let base = Int.random(in: 20_000...30_000) / 10 * 10
            guard (base..<base + 9).allSatisfy({ !LoopbackPort.accepts($0) }) else { continue }
            if givenBases.withLock({ $0.insert(base).inserted }) { return base }
        }
        throw Failure(description: "no nine free ports in a row")
    }

    private static func variablesIn(_ file: URL) throws -> [String: String] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let pairs = lines.compactMap { line -> (String, String)? in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            let value = line[line.index(after: equals)...].filter { $0 != "\\" && $0 != "'" }
            return (String(line[..<equals]), String(value))
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}

extension LocalStack {
    func ends(of name: String) throws -> [Int] {
        let log = try String(contentsOf: directory.appendingPathComponent("log/stack.log"), encoding: .utf8)
        return log.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == name else { return nil }
            return Int(words[5])
        }
    }
}
