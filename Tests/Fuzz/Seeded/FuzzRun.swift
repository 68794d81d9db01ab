import Foundation

struct FuzzRun {
    private struct Count {
        var inputs = 0
        var accepted = 0
        var findings = 0
    }

    private let targets: [any FuzzTarget]
    private let order: [Int]
    private let options: FuzzOptions
    private var counts: [Count]

    init(targets: [any FuzzTarget], options: FuzzOptions) {
        self.targets = targets
        self.options = options
        order = targets.indices.flatMap { Array(repeating: $0, count: targets[$0].share) }
        counts = targets.map { _ in Count() }
    }

    mutating func replay(_ corpora: Corpora) throws {
        var files = 0
        for (number, target) in targets.enumerated() {
            for (file, input) in try corpora.inputs(for: target) {
                files += 1
                var random = Seeded(of: input)
                do {
                    _ = try target.check(input, &random)
                } catch {
                    counts[number].findings += 1
                    print("finding in \(target.name), corpus file \(file): \(error)")
                }
            }
        }
        print("\(files) corpus files")
    }

    mutating func finish() -> Bool {
        for index in options.start..<(options.start + options.runs) { attempt(index) }
        for (target, count) in zip(targets, counts) {
            let refused = count.inputs - count.accepted - count.findings
            print("\(target.name): \(count.inputs) inputs, \(count.accepted) accepted, \(refused) refused")
        }
        let findings = counts.reduce(0) { $0 + $1.findings }
        print("\(options.runs) inputs, \(findings) findings")
        return findings == 0
    }

    private mutating func attempt(_ index: UInt64) {
        var random = Seeded(options.seed &* 0x1_0000_0001 &+ index)
        let number = order[Int(random.below(UInt64(order.count)))]
        let target = targets[number]
        var input: [UInt8] = []
        counts[number].inputs += 1
        do {
            input = try self.input(for: target, &random)
            if case .accepted = try target.check(input, &random) { counts[number].accepted += 1 }
        } catch {
            counts[number].findings += 1
            print("finding in \(target.name), --seed \(options.seed) --start \(index) --runs 1: \(error)")
            print("  input \(Hex.text(input))")
            fflush(nil)
        }
    }

    private func input(for target: any FuzzTarget, _ random: inout Seeded) throws -> [UInt8] {
        switch random.below(8) {
        case 0: try target.sample(&random)
        case 1, 2: Mutation.junk(&random)
        default: Mutation.mutated(try target.sample(&random), &random)
        }
    }
}
