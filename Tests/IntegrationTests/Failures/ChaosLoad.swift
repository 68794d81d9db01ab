import Foundation
import HTTVPSTestSupport
import Synchronization

struct ChaosLoad {
    struct Outcome: Sendable {
        var curl = MovedBytes()
        var whole = 0
        var cut = 0

        mutating func add(_ answer: CurlAnswer) {
            curl.add(answer)
            if answer.status == 0 { whole += 1 } else { cut += 1 }
        }

        mutating func add(_ other: Outcome) {
            curl.up += other.curl.up
            curl.down += other.curl.down
            whole += other.whole
            cut += other.cut
        }
    }

    let stack: LocalStack
    let target: CountingTarget
    private let isOver = Flag()

    init(stack: LocalStack, target: CountingTarget) {
        self.stack = stack
        self.target = target
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private static let uploadSize = 1 << 20

    func end() { isOver.isSet.store(true, ordering: .relaxed) }

    func run() async throws -> Outcome {
        let upload = stack.directory.appendingPathComponent("upload.bin")
        try FileSite.noise(Self.uploadSize).write(to: upload)
        let loads = [
            [target.downloadURL(bytes: 4 << 20), "--limit-rate", "8M"],
            [target.downloadURL(bytes: 0), "-H", "Expect:", "--data-binary", "@\(upload.path)"],
            [target.downloadURL(bytes: 64 << 10)],
        ]
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            for load in loads {
                group.addTask { try await repeated(load) }
            }
            return try await group.reduce(into: Outcome()) { $0.add($1) }
        }
    }

    func last() async throws -> Outcome {
        var outcome = Outcome()
        let answer = try await stack.untilReached(target.downloadURL(bytes: 100_000))
        outcome.add(answer)
        return outcome
    }

    private func repeated(_ load: [String]) async throws -> Outcome {
        var outcome = Outcome()
        while !isOver.isSet.load(ordering: .relaxed) {
            let answer = try await stack.throughSocks(load[0], Array(load.dropFirst()))
            outcome.add(answer)
            if answer.status != 0 { try await Task.sleep(for: .milliseconds(200)) }
        }
        return outcome
    }
}
